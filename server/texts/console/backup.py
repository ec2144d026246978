"""What `bosai backup` and `bosai restore` say."""

from __future__ import annotations

from collections.abc import Mapping

from layers.messages.message import Text

BACKUP: Mapping[str, Text] = {
    "written": {
        "ja": "バックアップを書きました: {path}（データベースの版 {step}）",
        "en": "The backup is written: {path} (database at step {step})",
    },
    "keys_written": {
        "ja": "要望の鍵の写しを書きました: {path}（{count} 件）。前の写しは残しません。"
        "バックアップとは別の場所に置いてください。",
        "en": "A copy of the requests' keys is written: {path} ({count}), in place of the one "
        "before. Keep it apart from backups.",
    },
    "keys_apart": {
        "ja": "要望の鍵は入っていません。連絡先などは、鍵がないと読めません。"
        "--keys で、別の場所に写しを作ってください。",
        "en": "The requests' keys are not in it, and contacts cannot be read without them: with "
        "--keys a copy is made, for another place.",
    },
    "secret_apart": {
        "ja": "秘密のファイルは入っていません: {path}。一度だけ、別の安全な場所に写してください。",
        "en": "The secret is not in it: {path}. Copy it once, to a safe place apart from all "
        "backups.",
    },
    "folders_apart": {
        "ja": "定義とデータのフォルダーは入っていません。別に写してください: {definitions}、{data}",
        "en": "The folders of definitions and data are not in it; copy them too: "
        "{definitions}, {data}",
    },
    "restored": {
        "ja": "{path} に戻しました（{at} のバックアップ、bosai-layers {version}）。",
        "en": "{path} is restored from the backup of {at}, by bosai-layers {version}.",
    },
    "since_then": {
        "ja": "それより後の要望、返答、公開、取り下げは入っていません。取り下げたものがあれば、"
        "公開する前に、もう一度取り下げてください。",
        "en": "What came after that is not in it: withdraw again what was withdrawn since, before "
        "you serve it.",
    },
    "aside": {
        "ja": "前にあったものは {path} に移しました。いらないことを確かめてから、消してください。",
        "en": "What was there before is in {path}; delete it once it is not needed.",
    },
    "other_setting": {
        "ja": "設定がバックアップのときと違います。そのときの値: {name}={value}",
        "en": "A setting is not as it was then: {name}={value}",
    },
    "no_keys": {
        "ja": "要望の鍵がありません。連絡先などを読むには、鍵の写しを --keys に書いて、"
        "もう一度戻してください。",
        "en": "There are no requests' keys. To read contacts, restore once more with the copy of "
        "the keys in --keys.",
    },
    "closed": {
        "ja": "連絡先などを読めません。秘密のファイルを元の場所に戻してください（{why}）。",
        "en": "What people sent in confidence cannot be read: {why}",
    },
}
BACKUP_REFUSALS: Mapping[str, Text] = {
    "unreadable": {
        "ja": "バックアップのファイルを読めません: {value}",
        "en": "the backup cannot be read: {value}",
    },
    "damaged": {
        "ja": "バックアップのファイルが壊れているか、途中で切れています。何も戻していません: "
        "{value}",
        "en": "the backup is damaged, or a part of it is missing; nothing is restored: {value}",
    },
    "no_backup": {
        "ja": "bosai backup のファイルではありません。何も戻していません: {value}",
        "en": "this is no file of bosai backup; nothing is restored: {value}",
    },
    "newer_backup": {
        "ja": "新しい版の bosai-layers のバックアップです。その版で戻してください: {value}",
        "en": "the backup is of a newer version of bosai-layers; restore it with that: {value}",
    },
    "other_database": {
        "ja": "バックアップのデータベースの種類が、設定（BOSAI_DATABASE_URL）と違います: {value}",
        "en": "the backup's kind of database is not that of BOSAI_DATABASE_URL: {value}",
    },
    "database_not_empty": {
        "ja": "データベースに表があります。空のデータベースを新しく作り、BOSAI_DATABASE_URL に"
        "書いてください: {value}",
        "en": "the database has tables; make a new, empty one, and name it in BOSAI_DATABASE_URL: "
        "{value}",
    },
    "home_not_empty": {
        "ja": "戻す先が空ではありません: {value}。--replace を付けると、今あるものを"
        "別のフォルダーに移してから戻します。",
        "en": "there is something already: {value}; with --replace it is moved aside first",
    },
    "service_runs": {
        "ja": "bosai serve が動いています。止めてから、もう一度実行してください: {value}",
        "en": "the service runs; stop it first: {value}",
    },
    "no_database": {
        "ja": "データベースを読めません: {value}",
        "en": "the database cannot be read: {value}",
    },
    "not_upgraded": {
        "ja": "データベースを今の版に合わせられません。何も戻していません: {value}",
        "en": "the database cannot be brought up to this version; nothing is restored: {value}",
    },
    "no_pg_client": {
        "ja": "PostgreSQL のプログラム {value} がありません。入れてから（Debian では "
        "apt install postgresql-client）、もう一度実行してください。",
        "en": "PostgreSQL's {value} is not there; install it (apt install postgresql-client on "
        "Debian), or run it on the database's machine, without the table request_keys",
    },
    "pg_client_failed": {
        "ja": "PostgreSQL のプログラムが失敗しました: {value}",
        "en": "PostgreSQL's program failed: {value}",
    },
    "no_keys": {
        "ja": "要望の鍵を読めません: {value}",
        "en": "the requests' keys cannot be read: {value}",
    },
    "no_key_copy": {
        "ja": "要望の鍵の写しではないか、壊れています。何も戻していません: {value}",
        "en": "this is no copy of the requests' keys, or damaged; nothing is restored: {value}",
    },
    "keys_there": {
        "ja": "要望の鍵がもうあります。今ある鍵を使うので、--keys は書かないでください。",
        "en": "there are keys of requests already, which are used; leave --keys away",
    },
    "no_room": {
        "ja": "空き容量が足りません（バイト）: {value}",
        "en": "there is no room on the disk (bytes): {value}",
    },
    "files": {
        "ja": "ファイルを読み書きできません（同じ名前のファイルは上書きしません）: {value}",
        "en": "a file cannot be read or written (none that exists is overwritten): {value}",
    },
}
