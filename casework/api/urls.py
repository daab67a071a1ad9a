"""Routes under /api/v1/."""

from casework.api import cases, papers, people, plans
from core.api.router import register

register("persons", people.Persons)
register("households", people.Households)
register("contacts", people.Contacts)
register("cases", cases.Cases)
register("entries", cases.Entries)
register("papers", papers.Papers)
register("follow-ups", cases.FollowUps)
register("assessments", plans.Assessments)
register("plans", plans.Plans)
register("plan-comments", plans.Comments)
register("goals", plans.Goals)
register("plan-actions", plans.PlanActions)
