"""How does `openapi/openapi.json` come about? `python -m api.openapi` writes it."""

from api.app import documented_app
from api.platform import spec


def main() -> None:
    """Write the document of the application as it is now."""
    spec.DOCUMENT.parent.mkdir(exist_ok=True)
    spec.DOCUMENT.write_text(spec.written(spec.document(documented_app())), encoding="utf-8")


if __name__ == "__main__":
    main()
