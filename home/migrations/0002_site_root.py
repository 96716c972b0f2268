"""The site begins with our home page and its notices instead of Wagtail's welcome page, and with the groups behind the roles."""

import uuid

from django.conf import settings
from django.db import migrations

HOME_TITLE = "首頁"
NOTICES_TITLE = "通知"

# What a role may do with pages below the home page. Regulations guard themselves beyond this (policies.freezing): no right given here
# lets one person draft and approve. Deleting a page together with what lies under it (bulk_delete) is given to nobody.
PAGE_RIGHTS = {
    "role:administrator": ["add", "change", "publish", "lock", "unlock"],
    "role:editor": ["add", "change", "publish"],
    "role:approver": ["change", "publish"],
}
COLLECTION_RIGHTS = {
    "role:administrator": ["add", "change", "choose"],
    "role:editor": ["add", "change", "choose"],
    "role:approver": ["choose"],
}
ACCOUNT_RIGHTS = ["add_user", "change_user", "view_user"]


def plant_home_page(apps, schema_editor):
    """Puts the home page where Wagtail put its welcome page, if nobody changed that."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("home", "HomePage")
    NoticeIndexPage = apps.get_model("home", "NoticeIndexPage")
    if HomePage.objects.exists():
        return

    Site.objects.filter(root_page__path="00010001", root_page__depth=2).delete()
    Page.objects.filter(path="00010001", title="Welcome to your new Wagtail site!").delete()
    root = Page.objects.get(depth=1)
    locale = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)[0]

    def plant(model, title, slug, above, url_path):
        kind = ContentType.objects.get_or_create(app_label="home", model=model._meta.model_name)[0]
        page = model(
            title=title,
            draft_title=title,
            slug=slug,
            content_type=kind,
            path=f"{above.path}0001",
            depth=above.depth + 1,
            numchild=0,
            url_path=url_path,
            locale=locale,
            translation_key=uuid.uuid4(),
            live=True,
            has_unpublished_changes=False,
            show_in_menus=False,
        )
        page.save()
        return page

    home = plant(HomePage, HOME_TITLE, "home", root, "/home/")
    plant(NoticeIndexPage, NOTICES_TITLE, "notices", home, "/home/notices/")
    Page.objects.filter(pk=root.pk).update(numchild=Page.objects.filter(depth=2, path__startswith=root.path).count())
    Page.objects.filter(pk=home.pk).update(numchild=1)
    Site.objects.create(
        hostname="localhost", port=80, root_page_id=home.pk, is_default_site=True, site_name=settings.ORGANISATION_NAME
    )


def found_groups(apps, schema_editor):
    """The groups behind the roles (accounts get them from appointments: portal.org.actions) and what they may do in the admin."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    HomePage = apps.get_model("home", "HomePage")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    Collection = apps.get_model("wagtailcore", "Collection")

    def permission(app_label, model, codename):
        kind = ContentType.objects.get_or_create(app_label=app_label, model=model)[0]
        name = "Can " + codename.replace("_", " ")
        return Permission.objects.get_or_create(content_type=kind, codename=codename, defaults={"name": name})[0]

    home = HomePage.objects.first()
    everything = Collection.objects.filter(depth=1).first()
    for name, rights in PAGE_RIGHTS.items():
        group = Group.objects.get_or_create(name=name)[0]
        group.permissions.add(permission("wagtailadmin", "admin", "access_admin"))
        for right in rights:
            GroupPagePermission.objects.get_or_create(
                group=group, page_id=home.pk, permission=permission("wagtailcore", "page", f"{right}_page")
            )
        for right in COLLECTION_RIGHTS[name]:
            for app_label, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
                GroupCollectionPermission.objects.get_or_create(
                    group=group, collection=everything, permission=permission(app_label, model, f"{right}_{model}")
                )
    Group.objects.get(name="role:administrator").permissions.add(
        *[permission("org", "user", codename) for codename in ACCOUNT_RIGHTS]
    )
    # Wagtail's own two groups would be a second way to rights, beside appointments.
    Group.objects.filter(name__in=["Moderators", "Editors"], user=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("org", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
    ]

    operations = [
        migrations.RunPython(plant_home_page, migrations.RunPython.noop),
        migrations.RunPython(found_groups, migrations.RunPython.noop),
    ]
