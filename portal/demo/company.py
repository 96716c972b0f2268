"""The demo company itself: units, posts, some 130 people with accounts, shifts, rosters, calendar, households."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.contrib.auth.hashers import make_password

from portal.demo.logins import PASSWORD
from portal.demo.names import names
from portal.demo.stage import Stage
from portal.lib.periods import Period
from portal.lib.phones import phone_digest
from portal.org import actions
from portal.org.enums import Role, RosterState, UnitKind
from portal.org.models import Contact, Estate, Household, Person, Post, RosterEntry, Shift, Unit, User

UNITS = [  # (code, name, kind, code of the unit above)
    ("HQ", "聯禾集團", UnitKind.COMPANY, None),
    ("QHSE", "質量安全環保部", UnitKind.DEPARTMENT, "HQ"),
    ("HR", "人事部", UnitKind.DEPARTMENT, "HQ"),
    ("FINANCE", "財務部", UnitKind.DEPARTMENT, "HQ"),
    ("PROJECT1", "川東項目部", UnitKind.PROJECT, "HQ"),
    ("CREW1", "鑽井一隊", UnitKind.CREW, "PROJECT1"),
    ("CREW2", "鑽井二隊", UnitKind.CREW, "PROJECT1"),
    ("CREW3", "鑽井三隊", UnitKind.CREW, "PROJECT1"),
    ("CREW4", "鑽井四隊", UnitKind.CREW, "PROJECT1"),
    ("PROPERTY", "聯禾物業公司", UnitKind.DEPARTMENT, "HQ"),
    ("OFFICE1", "翠湖苑管理處", UnitKind.OFFICE, "PROPERTY"),
    ("OFFICE2", "楓林苑管理處", UnitKind.OFFICE, "PROPERTY"),
    ("SALES1", "翠湖苑售樓部", UnitKind.SALES_SITE, "HQ"),
]
POSTS = [  # (code, title, role)
    ("administrator", "系統管理員", Role.ADMINISTRATOR),
    ("editor", "制度編輯", Role.EDITOR),
    ("approver", "制度審批人", Role.APPROVER),
    ("employee", "職員", Role.EMPLOYEE),
    ("quality_officer", "質量監督員", Role.QUALITY_OFFICER),
    ("general_manager", "總經理", Role.UNIT_MANAGER),
    ("department_manager", "部門經理", Role.UNIT_MANAGER),
    ("project_manager", "項目經理", Role.UNIT_MANAGER),
    ("unit_manager", "隊長", Role.UNIT_MANAGER),
    ("deputy_manager", "副隊長", Role.UNIT_MANAGER),
    ("crew_leader", "班長", Role.CREW_LEADER),
    ("senior_driller", "大班司鑽", Role.EMPLOYEE),
    ("driller", "司鑽", Role.EMPLOYEE),
    ("derrickman", "井架工", Role.EMPLOYEE),
    ("floorhand", "鑽工", Role.EMPLOYEE),
    ("engine_driver", "柴油機司機", Role.EMPLOYEE),
    ("safety_officer", "安全員", Role.EMPLOYEE),
    ("service_centre_clerk", "服務中心文員", Role.CLERK),
    ("office_director", "管理處主任", Role.DIRECTOR),
    ("repairer", "維修工", Role.EMPLOYEE),
    ("guard", "秩序維護員", Role.EMPLOYEE),
    ("sales_supervisor", "銷售主管", Role.SALES_PERSON),
    ("sales_person", "置業顧問", Role.SALES_PERSON),
    ("finance_clerk", "財務專員", Role.FINANCE_CLERK),
]
# Accounts that stories speak of: (username, name, post, unit). All others are named for the staff number.
NAMED = [
    ("administrator", "馮啟文", "administrator", "HQ"),
    ("editor", "顧靜怡", "editor", "QHSE"),
    ("second_editor", "姚景行", "editor", "QHSE"),
    ("approver", "嚴承宗", "approver", "QHSE"),
    ("quality_officer", "秦維民", "quality_officer", "QHSE"),
    ("employee", "葉子軒", "driller", "CREW1"),
    ("crew_leader", "龐建業", "crew_leader", "CREW1"),
    ("unit_manager", "尹志遠", "unit_manager", "CREW1"),
    ("other_crew_leader", "賀大川", "crew_leader", "CREW2"),
    ("other_unit_manager", "溫紹輝", "unit_manager", "CREW2"),
    ("clerk", "蘇小梅", "service_centre_clerk", "OFFICE1"),
    ("director", "霍明哲", "office_director", "OFFICE1"),
    ("other_clerk", "邵曉蘭", "service_centre_clerk", "OFFICE2"),
    ("other_director", "喬仲平", "office_director", "OFFICE2"),
    ("sales_person", "范雅琴", "sales_person", "SALES1"),
    ("finance_clerk", "計思源", "finance_clerk", "FINANCE"),
]
_CREW = (
    ["unit_manager", "deputy_manager", "senior_driller", "safety_officer"]
    + ["crew_leader", "driller", "derrickman", "engine_driver"] * 3
    + ["floorhand"] * 6
)
_OFFICE = ["office_director", *["service_centre_clerk", "repairer", "guard"] * 2]
STAFF = {  # everybody in a unit by post, the named ones included
    "HQ": ["administrator"],
    "QHSE": ["department_manager", "editor", "editor", "approver", "quality_officer", *["safety_officer"] * 3],
    "HR": ["department_manager", "employee", "employee"],
    "FINANCE": ["department_manager", "finance_clerk", "finance_clerk"],
    "PROJECT1": ["project_manager", "safety_officer", "employee", "employee"],
    **dict.fromkeys(("CREW1", "CREW2", "CREW3", "CREW4"), _CREW),
    "PROPERTY": ["department_manager", "quality_officer", "employee", "employee"],
    "OFFICE1": _OFFICE,
    "OFFICE2": _OFFICE,
    "SALES1": ["sales_supervisor", *["sales_person"] * 4],
}
ESTATES = [  # (code, name, office, buildings, floors, flats on a floor)
    ("CUIHU", "翠湖苑", "OFFICE1", 3, 10, 2),
    ("GUIYU", "桂語庭", "OFFICE1", 2, 15, 2),
    ("FENGLIN", "楓林苑", "OFFICE2", 4, 5, 3),
]
APPOINTED_FROM = date(2024, 1, 1)
CREW_SHIFTS = [("早班", time(8), time(16)), ("中班", time(16), time(0)), ("夜班", time(0), time(8))]
OFFICE_SHIFTS = [("日班", time(8, 30), time(17, 30)), ("值班", time(17, 30), time(8, 30))]


def build(stage: Stage) -> None:
    """Everything other builders stand on."""
    _units_and_posts()
    administrator = _administrator()
    _staff(stage, administrator)
    actions.seed_calendar([2025, 2026])
    _households()
    _rosters(stage)


def _units_and_posts() -> None:
    for code, name, kind, parent in UNITS:
        if parent is None:
            Unit.add_root(code=code, name=name, kind=kind)
        else:
            Unit.objects.get(code=parent).add_child(code=code, name=name, kind=kind)
    Post.objects.bulk_create(Post(code=code, title=title, role=role) for code, title, role in POSTS)


def _administrator() -> User:
    """The first administrator is nobody's appointee: the account begins as superuser and appoints itself."""
    return User.objects.create(
        username="administrator",
        first_name="馮啟文",
        password=make_password(PASSWORD),
        is_superuser=True,
        is_staff=True,
    )


def _staff(stage: Stage, administrator: User) -> None:
    password = make_password(PASSWORD)  # one for all: hashing it 130 times would take a minute
    waiting: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for username, name, post, unit in NAMED:
        waiting.setdefault((unit, post), []).append((username, name))
    taken = {name for _username, name, _post, _unit in NAMED}
    men = (name for name in names("crews", women=0.06) if name not in taken)
    others = (name for name in names("offices", women=0.55) if name not in taken)
    number = 1000
    for unit, posts in STAFF.items():
        for post in posts:
            number += 1
            named = waiting.get((unit, post))
            username, name = named.pop(0) if named else (f"s{number}", next(men if unit.startswith("CREW") else others))
            user, _new = User.objects.get_or_create(
                username=username, defaults={"first_name": name, "password": password}
            )
            person = Person.objects.create(name=name, staff_number=f"S{number}", user=user, phone=f"1390000{number}")
            actions.appoint(
                by=administrator,
                person=person,
                post=stage.company.posts[post],
                unit=stage.company.units[unit],
                starts_on=APPOINTED_FROM,
                now=stage.now,
            )
    if any(waiting.values()):
        raise RuntimeError(f"no place in STAFF for {waiting}")


def _households() -> None:
    """Households, one contact each; every twentieth is an important customer. `customer` lives in 翠湖苑 3棟1602."""
    people, number = names("households", women=0.5), 0
    for code, name, office, buildings, floors, flats in ESTATES:
        estate = Estate.objects.create(code=code, name=name, office=Unit.objects.get(code=office))
        places = [
            f"{building}棟{floor}{flat:02d}"
            for building in range(1, buildings + 1)
            for floor in range(7, 7 + floors)
            for flat in range(1, flats + 1)
        ]
        homes = Household.objects.bulk_create(
            Household(estate=estate, house=house, important=index % 20 == 0) for index, house in enumerate(places, 1)
        )
        contacts = []
        for home in homes:
            number += 1
            phone = f"1380000{number:04d}"
            contacts.append(
                Contact(household=home, name=next(people), phone=phone, phone_digest=phone_digest(phone))
            )
        Contact.objects.bulk_create(contacts)
    home = Household.objects.get(estate__code="CUIHU", house="3棟1602")
    user = User.objects.create(username="customer", first_name="鄭婉婷", password=make_password(PASSWORD))
    Contact.objects.filter(household=home).update(user=user, name="鄭婉婷")


def _rosters(stage: Stage) -> None:
    """Shifts, and who works which one, for all of last month and this month."""
    month = Period.of("month", stage.today)
    first, last = month.previous().start, month.end
    days = [first + timedelta(days=index) for index in range((last - first).days + 1)]
    entries: list[RosterEntry] = []
    for code, posts in STAFF.items():
        unit = stage.company.units[code]
        if unit.kind == UnitKind.CREW:
            entries += _crew_roster(stage, unit, posts, days)
        elif unit.kind == UnitKind.OFFICE:
            entries += _office_roster(stage, unit, posts, days)
    RosterEntry.objects.bulk_create(entries, batch_size=2000)


def _shifts(unit: Unit, shifts: list[tuple[str, time, time]]) -> list[Shift]:
    return Shift.objects.bulk_create(
        Shift(unit=unit, name=name, starts_at=starts, ends_at=ends) for name, starts, ends in shifts
    )


def _crew_roster(stage: Stage, unit: Unit, posts: list[str], days: list[date]) -> list[RosterEntry]:
    """Three teams change shifts every Monday; managers work by day; everybody has one day of leave a week."""
    shifts, entries = _shifts(unit, CREW_SHIFTS), []
    by_day = {"unit_manager", "deputy_manager", "senior_driller", "safety_officer"}
    met: dict[str, int] = {}
    for index, (person, post) in enumerate(zip(stage.company.staff_of(unit.code), posts, strict=True)):
        team = met.get(post, 0) % 3
        met[post] = met.get(post, 0) + 1
        for day in days:
            on_leave = day.weekday() == index % 7
            turn = 0 if post in by_day else (team + day.isocalendar().week) % 3
            entries.append(
                RosterEntry(
                    unit=unit,
                    person=person,
                    day=day,
                    shift=None if on_leave else shifts[turn],
                    state=RosterState.LEAVE if on_leave else RosterState.WORKING,
                    reason="輪換休假" if on_leave else "",
                )
            )
    return entries


def _office_roster(stage: Stage, unit: Unit, posts: list[str], days: list[date]) -> list[RosterEntry]:
    """The service centre is open every day; the second guard has the night."""
    shifts, entries = _shifts(unit, OFFICE_SHIFTS), []
    guards = 0
    for index, (person, post) in enumerate(zip(stage.company.staff_of(unit.code), posts, strict=True)):
        guards += post == "guard"
        shift = shifts[1] if post == "guard" and guards == 2 else shifts[0]
        for day in days:
            on_leave = day.weekday() in {index % 7, (index + 1) % 7}
            entries.append(
                RosterEntry(
                    unit=unit,
                    person=person,
                    day=day,
                    shift=None if on_leave else shift,
                    state=RosterState.LEAVE if on_leave else RosterState.WORKING,
                )
            )
    return entries
