"""What a caller does in a browser, up to each place where they may leave."""

from playwright.sync_api import Page

TYPED = "夜里三点还醒着"
OPEN = "打开对话"


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def go_on(page: Page, words: str = "继续") -> None:
    page.get_by_role("button", name=words, exact=True).click()


def to_message(page: Page) -> None:
    page.goto("/write")
    page.get_by_label("我现在是安全的").check()
    go_on(page)
    page.get_by_role("textbox", name="你想说些什么？").fill(TYPED)


def to_details(page: Page) -> None:
    to_message(page)
    go_on(page, "先补充几项再发送")


def to_check(page: Page) -> None:
    to_details(page)
    page.get_by_label("学生", exact=True).check()
    go_on(page)


def to_code(page: Page) -> str:
    to_message(page)
    go_on(page, "现在发送")
    return page.locator("#code").inner_text().replace(" ", "").replace("\n", "")


def to_conversation(page: Page) -> None:
    code = to_code(page)
    page.goto("/read")
    page.get_by_role("textbox", name="回执码", exact=True).fill(code)
    go_on(page, OPEN)
    page.get_by_role("textbox", name="你的留言").fill(TYPED)


def to_typed_code(page: Page) -> None:
    page.goto("/read")
    page.get_by_role("textbox", name="回执码", exact=True).fill("1234 5678")
    go_on(page, OPEN)
