"""The one blueprint of the API and its access rules."""

from flask_smorest import Blueprint

from shared.auth import Rule, roles, service

blp = Blueprint("documents", __name__, url_prefix="/api/v1", description="Documents")

CALLERS: Rule = service("registry", "evaluation")
OFFICE: Rule = roles("director", "assistant", "registrar")
DIRECTORS: Rule = roles("director")
LEADERS: Rule = roles("director", "assistant")
READERS: Rule = roles("director", "assistant", "registrar", "auditor")
