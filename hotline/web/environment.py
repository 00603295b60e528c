"""An environment of templates in one language: fixed sentences are translated when a template is compiled.

A page of a ticket has two hundred of them; looking each up for every page took a fifth of drawing it.
"""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from hotline.base.i18n import Language, translations, with_numbers


class OneLanguage(Environment):
    """Jinja's environment for templates that are shown in this language alone."""

    def __init__(self, language: Language, **options: Any) -> None:  # noqa: ANN401 - Jinja's own
        super().__init__(extensions=["jinja2.ext.i18n"], **options)
        i18n: Any = self  # the extension adds this method, which Jinja's types do not know
        words = translations(language)
        i18n.install_gettext_translations(words, newstyle=True)

        def say(said: str, **values: object) -> Markup:
            """As Jinja's own `_`, without finding out at every call which language the page is in."""
            filled = with_numbers(language, values)
            return Markup(words.gettext(said)) % filled  # noqa: S704 - our own words, values are escaped

        self.globals["_"] = say
        self._translated = _Translated(say)

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:  # noqa: ANN401 - Jinja's own
        """Jinja's hook between reading a template and writing the code that renders it."""
        return super()._generate(self._translated.visit(source), *args, **options)


class _Translated(NodeTransformer):
    """Each `_("…")` without values is what it says, as markup: Jinja's own does the same at every turn."""

    def __init__(self, say: Callable[[str], Markup]) -> None:
        self._say = say

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor finds it by this name
        self.generic_visit(call)
        said = call.args[0] if len(call.args) == 1 else None
        is_gettext = isinstance(call.node, nodes.Name) and call.node.name == "_"
        has_values = call.kwargs or call.dyn_args or call.dyn_kwargs
        if not is_gettext or has_values or not isinstance(said, nodes.Const):
            return call
        return nodes.Const(self._say(said.value), lineno=call.lineno)
