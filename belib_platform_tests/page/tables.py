"""Tables of the page."""

from playwright.sync_api import Page


def cells(page: Page, table: str) -> list[list[str]]:
    """Texts of the rows of a table, headings of rows included."""
    return page.eval_on_selector_all(  # type: ignore[no-any-return]
        f"#{table} tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )
