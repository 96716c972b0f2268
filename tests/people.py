"""The people of the tests, by the names they appear under: a small company with two crews, two offices, a sales site.

`build_company()` makes units, posts, people with accounts and appointments; fixtures in conftest.py hand them out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from portal.org.actions import bring_account_in_step
from portal.org.enums import Role, UnitKind
from portal.org.models import Appointment, Contact, Estate, Household, Person, Post, Unit, User

# username: (name, role, unit code)
PEOPLE = {
    "administrator": ("管理員甲", Role.ADMINISTRATOR, "HQ"),
    "editor": ("顧編輯", Role.EDITOR, "QHSE"),
    "second_editor": ("姚編輯", Role.EDITOR, "QHSE"),
    "approver": ("嚴審批", Role.APPROVER, "QHSE"),
    "quality_officer": ("秦品質", Role.QUALITY_OFFICER, "QHSE"),
    "employee": ("葉子安", Role.EMPLOYEE, "CREW1"),
    "crew_leader": ("龐建國", Role.CREW_LEADER, "CREW1"),
    "unit_manager": ("尹志遠", Role.UNIT_MANAGER, "CREW1"),
    "other_crew_leader": ("賀大川", Role.CREW_LEADER, "CREW2"),
    "other_unit_manager": ("溫立人", Role.UNIT_MANAGER, "CREW2"),
    "clerk": ("蘇小梅", Role.CLERK, "OFFICE1"),
    "director": ("霍主任", Role.DIRECTOR, "OFFICE1"),
    "other_clerk": ("邵曉蘭", Role.CLERK, "OFFICE2"),
    "other_director": ("喬主任", Role.DIRECTOR, "OFFICE2"),
    "sales_person": ("范銷售", Role.SALES_PERSON, "SALES1"),
    "finance_clerk": ("計財務", Role.FINANCE_CLERK, "FINANCE"),
}
UNITS = [  # (code, name, kind, parent)
    ("HQ", "聯禾集團", UnitKind.COMPANY, None),
    ("QHSE", "質量安全環保部", UnitKind.DEPARTMENT, "HQ"),
    ("FINANCE", "財務部", UnitKind.DEPARTMENT, "HQ"),
    ("PROJECT1", "川東項目部", UnitKind.PROJECT, "HQ"),
    ("CREW1", "鑽井一隊", UnitKind.CREW, "PROJECT1"),
    ("CREW2", "鑽井二隊", UnitKind.CREW, "PROJECT1"),
    ("PROPERTY", "聯禾物業", UnitKind.DEPARTMENT, "HQ"),
    ("OFFICE1", "翠湖苑管理處", UnitKind.OFFICE, "PROPERTY"),
    ("OFFICE2", "楓林苑管理處", UnitKind.OFFICE, "PROPERTY"),
    ("SALES1", "翠湖苑售樓部", UnitKind.SALES_SITE, "HQ"),
]
PASSWORD = "a long enough password"


@dataclass
class Company:
    """units by code, people and users by username, posts by role."""

    units: dict[str, Unit] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    household: Household | None = None


def build_company(starts_on: date = date(2020, 1, 1)) -> Company:
    company = Company()
    for code, name, kind, parent in UNITS:
        if parent is None:
            company.units[code] = Unit.add_root(code=code, name=name, kind=kind)
        else:
            above = Unit.objects.get(code=parent)
            company.units[code] = above.add_child(code=code, name=name, kind=kind)
    for role in Role:
        if role != Role.CUSTOMER:
            company.posts[role] = Post.objects.create(code=role.value, title=str(role.label), role=role)
    for number, (username, (name, role, unit)) in enumerate(PEOPLE.items(), start=1):
        user = User(username=username, first_name=name)
        user.set_password(PASSWORD)
        user.save()
        person = Person.objects.create(name=name, staff_number=f"S{number:04d}", user=user)
        Appointment.objects.create(
            person=person, post=company.posts[role], unit=company.units[unit], starts_on=starts_on
        )
        bring_account_in_step(user)
        company.people[username], company.users[username] = person, user
    estate = Estate.objects.create(code="CUIHU", name="翠湖苑", office=company.units["OFFICE1"])
    Estate.objects.create(code="FENGLIN", name="楓林苑", office=company.units["OFFICE2"])
    company.household = Household.objects.create(estate=estate, house="3棟1602")
    customer = User(username="customer", first_name="客戶")
    customer.set_password(PASSWORD)
    customer.save()
    Contact.objects.create(household=company.household, user=customer, name="鄭女士", phone="13800000001")
    company.users["customer"] = customer
    return company
