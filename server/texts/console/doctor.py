"""What `bosai doctor` says."""

from __future__ import annotations

from collections.abc import Mapping

from layers.messages.message import Text

LEVELS: Mapping[str, Text] = {
    "ok": {"ja": "よし", "en": "ok"},
    "note": {"ja": "確認", "en": "note"},
    "wrong": {"ja": "問題", "en": "WRONG"},
}
LINE: Text = {"ja": "［{level}］{subject}: {text}", "en": "[{level}] {subject}: {text}"}
SUBJECTS: Mapping[str, Text] = {
    "home": {"ja": "保存先", "en": "home"},
    "room": {"ja": "空き容量", "en": "room"},
    "database": {"ja": "データベース", "en": "database"},
    "secret": {"ja": "秘密のファイル", "en": "secret"},
    "definitions": {"ja": "定義とデータ", "en": "definitions"},
    "address": {"ja": "アドレス", "en": "address"},
    "mail": {"ja": "メール", "en": "mail"},
    "scripts": {"ja": "地図のプログラム", "en": "scripts"},
    "packages": {"ja": "パッケージ", "en": "packages"},
    "files": {"ja": "同時に開くファイル", "en": "open files"},
    "clock": {"ja": "時計", "en": "clock"},
}
ALL_WELL: Text = {"ja": "問題はありません。", "en": "Nothing is wrong."}
TO_MEND: Text = {"ja": "直す所が {count} 件あります。", "en": "To mend: {count}."}
DOCTOR: Mapping[str, Text] = {
    "home_fine": {"ja": "{path} に書き込めます。", "en": "{path} can be written to."},
    "home_missing": {
        "ja": "{path} はまだありません。bosai serve が作ります。",
        "en": "{path} is not there yet; bosai serve makes it.",
    },
    "home_no_folder": {
        "ja": "{path} はフォルダーではありません。BOSAI_HOME を確かめてください。",
        "en": "{path} is no folder; check BOSAI_HOME.",
    },
    "home_unusable": {
        "ja": "{path} に書き込めません（{why}）。持ち主と権限を確かめてください。",
        "en": "{path} cannot be written to ({why}); check its owner and mode.",
    },
    "home_open": {
        "ja": "だれでも書き込めます（{mode}）。chmod o-w {path} としてください。",
        "en": "Everybody can write to it ({mode}): chmod o-w {path}",
    },
    "home_of_other": {
        "ja": "{path} の持ち主（{owner}）が、実行した人（{user}）と違います。"
        "bosai serve と同じ利用者で実行するか、持ち主を直してください。",
        "en": "{path} is of user {owner}, and this is user {user}: run this as the service is run, "
        "or mend the owner.",
    },
    "room_fine": {"ja": "{path} に {free} の空きがあります。", "en": "{path} has {free} free."},
    "room_little": {
        "ja": "{path} の空きが {free} しかありません。",
        "en": "{path} has only {free} free.",
    },
    "database_fine": {
        "ja": "使えます（{backend}、版 {step}）。",
        "en": "It can be used ({backend}, step {step}).",
    },
    "database_none": {
        "ja": "{path} はまだありません。bosai serve が作ります。前からあったはずなら、"
        "バックアップを戻してください。",
        "en": "{path} is not there yet; bosai serve makes it. If there was one, restore it.",
    },
    "database_empty": {
        "ja": "まだ表がありません。bosai serve が作ります。",
        "en": "It has no tables yet; bosai serve makes them.",
    },
    "database_older": {
        "ja": "版 {step} です。次に bosai serve を始めるとき、{latest} に上げます。",
        "en": "It is at step {step}; the next start of bosai serve takes it to {latest}.",
    },
    "database_newer": {
        "ja": "新しい版の bosai-layers のデータベースです（{step}、"
        "このプログラムは {latest} まで）。その版を使うか、バックアップを戻してください。",
        "en": "It is of a newer version ({step}; this one knows {latest}): use that version, or "
        "restore a backup.",
    },
    "database_away": {
        "ja": "使えません（{why}）。BOSAI_DATABASE_URL を確かめてください。",
        "en": "It cannot be used: {why}. Check BOSAI_DATABASE_URL.",
    },
    "file_open": {
        "ja": "持ち主以外も読めます（{mode}）。chmod 600 {path} としてください。",
        "en": "Others than its owner can read it ({mode}): chmod 600 {path}",
    },
    "secret_fine": {
        "ja": "{path} を使えます。別の場所にも写しがあることを確かめてください。",
        "en": "{path} can be used. See that there is a copy elsewhere, too.",
    },
    "secret_none": {
        "ja": "{path} はまだありません。bosai serve が作ります。",
        "en": "{path} is not there yet; bosai serve makes it.",
    },
    "secret_unusable": {
        "ja": "連絡先などを読めません。{path} と要望の鍵を確かめてください（{why}）。",
        "en": "What people sent in confidence cannot be read; see {path}: {why}",
    },
    "definitions_fine": {
        "ja": "{path} の {count} 件の定義を読めます。",
        "en": "{count} definitions in {path} can be read.",
    },
    "definition_wrong": {
        "ja": "{path} を読めません。{why}",
        "en": "{path} cannot be read. {english}",
    },
    "data_missing": {
        "ja": "{path} がないか、フォルダーではありません。BOSAI_DATA を確かめてください。",
        "en": "{path} is missing, or no folder; check BOSAI_DATA.",
    },
    "address_fine": {"ja": "{address} です。", "en": "It is {address}."},
    "address_here": {
        "ja": "このコンピューターからだけ見えます。",
        "en": "Only this machine can see the map.",
    },
    "address_none": {
        "ja": "BOSAI_BASE_URL がありません。共有の画像や QR コードに、正しいアドレスが"
        "入らないことがあります。",
        "en": "There is no BOSAI_BASE_URL: share pictures and QR codes may have a wrong address.",
    },
    "address_plain": {
        "ja": "{address} は https ではありません。地図の保存と現在地が使えず、職員の"
        "サインインも守られません。",
        "en": "{address} is not https: nobody can save the map or use their position, and staff "
        "sign in unprotected.",
    },
    "address_without_proxy": {
        "ja": "{address} は https ですが、BOSAI_TRUSTED_PROXIES がありません。すべての人が"
        "プロキシのアドレスから来たように見えます。",
        "en": "{address} is https, and there are no BOSAI_TRUSTED_PROXIES: everybody seems to come "
        "from the proxy's address.",
    },
    "proxies_all": {
        "ja": "BOSAI_TRUSTED_PROXIES の {network} は、だれでも信じることになります。"
        "プロキシのアドレスだけを書いてください。",
        "en": "{network} in BOSAI_TRUSTED_PROXIES believes anybody: name the proxies alone.",
    },
    "mail_none": {
        "ja": "使いません（BOSAI_SMTP_URL がありません）。",
        "en": "None is sent (no BOSAI_SMTP_URL).",
    },
    "mail_fine": {
        "ja": "{server} につながります（送ってはいません）。",
        "en": "{server} can be reached (nothing was sent).",
    },
    "mail_away": {
        "ja": "{server} につながりません（{why}）。BOSAI_SMTP_URL と、パスワードを確かめて"
        "ください。",
        "en": "{server} cannot be reached ({why}); check BOSAI_SMTP_URL and its password.",
    },
    "scripts_fine": {"ja": "そろっています。", "en": "They are there."},
    "scripts_missing": {
        "ja": "ないか、古いものです。make bundle で作ってください（{why}）。",
        "en": "They are missing or old: make bundle ({why})",
    },
    "packages_fine": {"ja": "決められた版です。", "en": "They are as locked."},
    "packages_other": {
        "ja": "決められた版と違うものが {count} 件あります。make で入れ直してください: {packages}",
        "en": "{count} are not as locked; install them anew with make: {packages}",
    },
    "files_fine": {"ja": "十分に開けます。", "en": "Enough can be open."},
    "files_few": {
        "ja": "{most} 個までです。{wanted} 個以上を開けるようにしてください（ulimit -n、"
        "systemd では LimitNOFILE）。",
        "en": "{most} at most, wanted {wanted}: raise ulimit -n, or LimitNOFILE of systemd.",
    },
    "clock_fine": {"ja": "合わせてあります。", "en": "It is synchronised."},
    "clock_alone": {
        "ja": "自動で合わせていません。NTP（systemd-timesyncd や chrony）を使ってください。",
        "en": "Nothing synchronises it: use NTP (systemd-timesyncd, chrony).",
    },
    "clock_back": {
        "ja": "公開中のレイヤーの時刻より {hours} 時間遅れています。時計を合わせてください。",
        "en": "It is {hours} hours behind what is published: set it.",
    },
}
