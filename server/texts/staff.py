"""Words of the staff pages that are not in a template: in Japanese and English (`staff.po`)."""

from __future__ import annotations

from server.texts import LANGUAGES, SOURCE_LANGUAGE, Translate

STAFF_LANGUAGES = {code: LANGUAGES[code] for code in ("ja", SOURCE_LANGUAGE)}


def role_labels(_: Translate) -> dict[str, str]:
    """What each role is called, by its code (`server.desk.accounts.roles`)."""
    return {
        "reader": _("Reader"),
        "editor": _("Editor"),
        "publisher": _("Publisher"),
        "admin": _("Administrator"),
    }


def role_meanings(_: Translate) -> dict[str, str]:
    """What each role may do, by its code."""
    return {
        "reader": _("Reads the requests."),
        "editor": _("Also works on requests: notes, assigning, merging, checking."),
        "publisher": _("Also publishes requests and decides them."),
        "admin": _("Also keeps the accounts and reads the audit."),
    }


def account_fault(_: Translate, fault: str) -> str:
    """Why an account, a password or a code cannot be taken (`InvalidAccount.fault`)."""
    return {
        "name_empty": _("Enter a name."),
        "name_long": _("The name may have at most 50 characters."),
        "name_unprintable": _("The name contains a character that cannot be used."),
        "name_taken": _("There is an account with this name already. Choose another name."),
        "department_long": _("The department may have at most 50 characters."),
        "department_unprintable": _("The department contains a character that cannot be used."),
        "department_of_admin": _(
            "An administrator is responsible for all departments. Leave the department empty."
        ),
        "role_unknown": _("Choose a role."),
        "password_short": _("A password has at least 12 characters."),
        "password_long": _("A password has at most 128 characters."),
        "password_obvious": _("This password is easy to guess. Choose another one."),
        "password_same": _("This is the password you have now. Choose another one."),
        "password_unlike": _("The two new passwords differ. Enter the same one twice."),
        "password_wrong": _("The current password is wrong."),
        "code_wrong": _("The code is wrong, or has expired. Enter the one shown now."),
        "code_in_use": _("Codes are set up already. Switch them off first."),
        "openid_long": _("The name may have at most 255 characters."),
        "openid_unprintable": _("Write the name in ASCII letters, digits and signs, no spaces."),
        "openid_taken": _("Another account is linked to this name already."),
        "account_own": _(
            "You cannot do this to your own account. Please ask another administrator."
        ),
    }[fault]


def action_labels(_: Translate) -> dict[str, str]:
    """What each action of the audit is called."""
    return {
        "account.add": _("Account added"),
        "account.change": _("Role or department changed"),
        "account.disable": _("Account disabled"),
        "account.enable": _("Account enabled again"),
        "account.give_password": _("One-time password given"),
        "account.set_password": _("Own password changed"),
        "account.begin_totp": _("Codes set up"),
        "account.end_totp": _("Codes switched off"),
        "account.new_recovery_codes": _("Recovery codes renewed"),
        "account.link": _("Linked to a city hall account, or no longer"),
        "account.bind": _("First signed in with a city hall account"),
        "session.begin": _("Signed in"),
        "session.end": _("Signed out"),
        "request.publish": _("Request published"),
        "request.decide": _("Request decided"),
        "request.withdraw": _("Request withdrawn from the public"),
        "request.assign": _("Somebody put in charge of a request"),
        "request.merge": _("Request merged into another one"),
        "request.separate": _("Duplicate separated again"),
        "request.note": _("Note about a request written"),
        "request.read_contact": _("Contact looked at"),
        "request.read_file": _("File of a request taken away"),
        "request.enter": _("Request entered for somebody"),
        "request.export": _("Requests taken away as a file"),
        "request.erase": _("What a request sent in confidence erased"),
        "request.add": _("Something added to a request by its sender"),
        "request.take_back": _("Request withdrawn by its sender"),
        "request.delete": _("Request deleted by its sender"),
        "alert.issue": _("Alert issued"),
        "alert.extend": _("Alert extended"),
        "alert.end": _("Alert lifted"),
        "template.add": _("Template for replies added"),
        "template.change": _("Template for replies changed"),
        "template.remove": _("Template for replies removed"),
        "layer.withdraw": _("Whole layer withdrawn"),
        "column.withdraw": _("Column withdrawn"),
        "feature.withdraw": _("Feature withdrawn"),
        "feature.move": _("Feature moved"),
        "feature.correct": _("Value corrected"),
        "feature.add": _("Feature added"),
        "feature.remove": _("Feature removed"),
        "layer.end_change": _("Change of a feature ended"),
        "layer.end_withdrawal": _("Withdrawal ended"),
        "shelter.set": _("Said whether a shelter is open"),
        "draft.add": _("Draft begun"),
        "draft.change": _("Draft changed"),
        "draft.read": _("Draft read again"),
        "draft.ask": _("A second person asked to publish a draft"),
        "draft.decline": _("Draft not published yet: it can be changed again"),
        "draft.publish": _("Draft published"),
        "draft.publish_alone": _("Draft published alone, in an emergency"),
        "draft.discard": _("Draft discarded"),
        "draft.expire": _("Draft that was given up discarded by rule"),
        "layer.take_over": _("Layer taken over from the folder"),
        "layer.publish": _("Layer published"),
        "layer.cancel": _("Scheduled publication of a layer cancelled"),
        "layer.roll_back": _("Layer rolled back to an earlier version"),
        "layer.give_back": _("Layer given back to the folder"),
        "layer.import": _("Layer taken in by the command line"),
    }


def subject_labels(_: Translate) -> dict[str, str]:
    """What it is called to which an action of the audit is done."""
    return {
        "account": _("Account"),
        "request": _("Request"),
        "alert": _("Alert"),
        "shelter": _("Shelter"),
        "layer": _("Layer"),
        "draft": _("Draft"),
    }


def value_labels(_: Translate) -> dict[str, str]:
    """What the values are called that entries of the audit hold."""
    return {
        "name": _("Name"),
        "role": _("Role"),
        "department": _("Belongs to"),
        "codes": _("Codes of an app"),
        "disabled": _("disabled"),
        "session": _("Session"),
        "openid": _("With a city hall account"),
        "state": _("State"),
        "opening": _("Whether open"),
        "layer": _("Layer"),
        "reason": _("Length of the reason"),
        "is_public": _("public for everybody"),
        "with_place": _("with its place"),
        "with_photo": _("with its photo"),
        "own_words": _("in other words than the sender's"),
        "supplement": _("What the sender added"),
        "staff": _("Person in charge"),
        "original": _("Duplicate of"),
        "chosen": _("Merged with"),
        "channel": _("How it came"),
        "received_on": _("Day on which it came"),
        "length": _("Length"),
        "kind": _("Kind"),
        "as": _("Format"),
        "category": _("Category"),
        "days": _("Waiting for days"),
        "was_public": _("was public"),
        "change": _("Number"),
        "number": _("Number"),
        "feature": _("Feature"),
        "field": _("Column"),
        "how": _("How it ended"),
        "level": _("Level"),
        "drill": _("Drill"),
        "until": _("Shown until"),
        "ended": _("lifted"),
        "files": _("Number of files"),
        "bytes": _("Bytes"),
        "author": _("Prepared by"),
        "at": _("Scheduled for"),
    }


def role_too_low(_: Translate) -> str:
    """Why a page is not shown to who is signed in."""
    return _(
        "Your account may not do this. If you need it for your work, please ask an administrator."
    )


def form_expired(_: Translate) -> str:
    """Why a form of the staff pages is not taken."""
    return _("This form is out of date. Please open the page again and send it once more.")
