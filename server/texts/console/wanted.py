"""What was wanted of a setting or an option."""

from __future__ import annotations

from collections.abc import Mapping

from layers.messages.message import Text

# What was wanted of a setting or an option, by pydantic's type of the error.
WRONG_VALUE: Text = {
    "ja": "{name} が「{value}」です。{wanted}",
    "en": "{name} is {value!r}; {wanted}",
}
WANTED: Mapping[str, Text] = {
    "int_parsing": {"ja": "整数を書いてください。", "en": "wanted a whole number"},
    "int_from_float": {"ja": "整数を書いてください。", "en": "wanted a whole number"},
    "greater_than_equal": {"ja": "{ge} 以上にしてください。", "en": "wanted at least {ge}"},
    "less_than_equal": {"ja": "{le} 以下にしてください。", "en": "wanted at most {le}"},
    "enum": {
        "ja": "次のどれかを書いてください: {expected}",
        "en": "wanted one of {expected}",
    },
    "literal_error": {
        "ja": "次のどれかを書いてください: {expected}",
        "en": "wanted one of {expected}",
    },
    "string_pattern_mismatch": {
        "ja": "https://www.city.example.lg.jp のように、パスのないアドレスを書いてください。",
        "en": "wanted an address without a path, such as https://www.city.example.lg.jp",
    },
    "bucket": {
        "ja": "s3://バケット または s3://バケット/名前 の形で書いてください。",
        "en": "wanted s3://bucket or s3://bucket/prefix",
    },
    "base_url": {
        "ja": "https://map.city.example.jp のように、https:// からアドレスを書いてください。",
        "en": "wanted an address with its scheme, such as https://map.city.example.jp",
    },
    "base_url_root": {
        "ja": "ホスト名の後には何も書けません（/map などのパス、? や # も）。"
        "地図はホスト名の直下でだけ動きます。"
        "https://map.city.example.jp のように、地図だけのホスト名を用意してください。",
        "en": "wanted nothing behind the host (no path such as /map, no ? or #): the map runs at "
        "the root of a host name only. Give it one of its own, as in https://map.city.example.jp",
    },
    "mail_from": {
        "ja": "差出人のメールアドレスを書いてください（例: 防災マップ <bosai@city.example.jp>）。",
        "en": "wanted the sender's e-mail address, such as Map <bosai@city.example.jp>",
    },
    "smtp_url": {
        "ja": "smtp://利用者:パスワード@mail.example.jp:587 か smtps://… のように書いてください。"
        "利用者名とパスワードの記号は %40 のような形で書きます。",
        "en": "wanted smtp://user:password@mail.example.jp:587 or smtps://…, with what is not a "
        "letter or digit in user and password written like %40",
    },
    "smtp_url_alone": {
        "ja": "メールを送るには、BOSAI_MAIL_FROM（差出人）と BOSAI_BASE_URL"
        "（メールに書くこの地図のアドレス）も設定してください。",
        "en": "wanted BOSAI_MAIL_FROM (the sender) and BOSAI_BASE_URL (the map's address, for the "
        "links in mails) with it",
    },
    "oidc_issuer": {
        "ja": "https:// から始まる発行者（issuer）のアドレスを、認証サーバーの設定のとおりに"
        "書いてください。",
        "en": "wanted the issuer as the provider writes it, an address that begins with https://",
    },
    "webhook_urls": {
        "ja": "情報を受け取るプログラムのアドレスを、https:// から、空白で区切って書いてください。",
        "en": "wanted the receivers' addresses by https, parted by spaces",
    },
    "webhook_secret": {
        "ja": "BOSAI_WEBHOOK_URLS には、署名のための秘密の言葉を1行で書いた、読めるファイルを"
        "BOSAI_WEBHOOK_SECRET_FILE に設定してください。",
        "en": "BOSAI_WEBHOOK_URLS wants a file in BOSAI_WEBHOOK_SECRET_FILE that can be read and "
        "holds the secret for signatures in one line",
    },
    "ckan_token": {
        "ja": "ポータルの API トークンを1行で書いた、読めるファイルを指定してください。",
        "en": "wanted a file that can be read and holds the portal's API token in one line",
    },
    "metrics_token": {
        "ja": "監視のプログラムが送る合い言葉を1行で書いた、読めるファイルを指定してください。",
        "en": "wanted a file that can be read and holds the token for /metrics in one line",
    },
    "oidc_alone": {
        "ja": "庁内のアカウントでサインインするには、BOSAI_OIDC_ISSUER、BOSAI_OIDC_CLIENT_ID、"
        "BOSAI_OIDC_CLIENT_SECRET_FILE と、BOSAI_BASE_URL（認証サーバーから戻るアドレス）の"
        "4つを設定してください。",
        "en": "wanted BOSAI_OIDC_ISSUER, BOSAI_OIDC_CLIENT_ID, BOSAI_OIDC_CLIENT_SECRET_FILE and "
        "BOSAI_BASE_URL (where the provider sends browsers back to), all four",
    },
    "oidc_secret": {
        "ja": "クライアントシークレットを1行で書いた、読めるファイルにしてください。",
        "en": "wanted a file that can be read and holds the client's secret in one line",
    },
    "ip_any_network": {
        "ja": "プロキシの IP アドレスか、その範囲を書いてください（例: 127.0.0.1 10.0.0.0/8）。",
        "en": "wanted the proxies' IP addresses or networks, such as 127.0.0.1 10.0.0.0/8",
    },
    "date": {"ja": "2026-04-01 のように書いてください。", "en": "wanted a day such as 2026-04-01"},
    "answer_state": {
        "ja": "received, checking, considering, adopted, declined, available の"
        "どれかを書いてください。",
        "en": "wanted one of received, checking, considering, adopted, declined, available",
    },
    "answer_reason": {
        "ja": "だれでも読む理由を、2000文字までで書いてください（--reason）。",
        "en": "wanted a reason that everybody may read, of at most 2000 characters (--reason)",
    },
    "answer_title": {
        "ja": "100文字までで書いてください。",
        "en": "wanted a text of at most 100 characters",
    },
    "answer_photo": {
        "ja": "写真といっしょに送られた要望を選んでください。消去した写真は公開できません。",
        "en": "wanted a request that a photo was sent with, which is not erased",
    },
    "answer_purpose": {
        "ja": "2000文字までで書いてください。",
        "en": "wanted a text of at most 2000 characters",
    },
    "answer_personal": {
        "ja": "電話番号かメールアドレスのようなものがあります。"
        "--title や --purpose で言い換えるか、公開してよいものなら --confirmed を付けてください。",
        "en": "this looks like a telephone number or an e-mail address; say it in other words with "
        "--title or --purpose, or add --confirmed where it may be public",
    },
    "answer_publish": {
        "ja": "送った人が取り下げたので、公開できません。",
        "en": "its sender has withdrawn it: it cannot be public",
    },
    "answer_supplement": {
        "ja": "その番号の追記は、この要望にありません（消去したものも公開できません）。",
        "en": "wanted the number of what was added to this request, and is not erased",
    },
    "version_layer": {
        "ja": "64文字までの、ほかの id にしてください。",
        "en": "wanted an id of at most 64 characters",
    },
    "version_definition": {
        "ja": "定義は 1 MB までにしてください。",
        "en": "wanted a definition of at most 1 MB",
    },
    "version_files": {
        "ja": "データのファイルは、フォルダ data/<id> の中に、2000個までにしてください。"
        "リンク、「.」で始まる名前、とても長い名前は使えません。",
        "en": "wanted at most 2000 files in data/<id>, no links, no name that begins with a dot or "
        "is very long",
    },
    "version_source": {
        "ja": "そのファイルを、取り込むフォルダの data/<id> の中に置いてください。",
        "en": "wanted that file in data/<id> of the folder",
    },
    "version_surveyed_extent": {
        "ja": "そのファイルを、取り込むフォルダの data/<id> の中に置いてください。",
        "en": "wanted that file in data/<id> of the folder",
    },
    "other": {"ja": "ほかの値を書いてください。", "en": "wanted another value"},
}
