"""What the help says of each option and argument."""

from __future__ import annotations

from collections.abc import Mapping

from layers.messages.message import Text

OPTIONS: Mapping[str, Text] = {
    "help": {"ja": "この説明を表示します。", "en": "Show this message and exit."},
    "json": {"ja": "プログラム向けに JSON で表示します。", "en": "Write JSON."},
    "export-layers": {
        "ja": "職員用ページのレイヤーを DIR に書き出します。",
        "en": "Write the desk's layers, definitions and data, into this folder.",
    },
    "import-layers": {
        "ja": "DIR のレイヤーを、職員用ページに取り込んで公開します。",
        "en": "Take layers in as the desk's from a folder like that, and publish them.",
    },
    "backup-output": {
        "ja": "書き出すファイル。今あるファイルには書きません。",
        "en": "The file to write; none that exists is overwritten.",
    },
    "backup-keys": {
        "ja": "要望の鍵の写しを書くファイル。前の写しと入れ替えます。",
        "en": "Also write a copy of the requests' keys here, in place of the one before.",
    },
    "backup-file": {"ja": "バックアップのファイル。", "en": "The file of a backup."},
    "restore-keys": {
        "ja": "要望の鍵の写し。",
        "en": "The copy of the requests' keys.",
    },
    "replace": {
        "ja": "今あるものを別のフォルダーに移してから戻します。",
        "en": "Move aside what is there first.",
    },
    "build": {
        "ja": "書き出すフォルダ。前に書き出した所なら、変わったものだけを書きます。",
        "en": "The folder. In that of an earlier build only what changed is written.",
    },
    "build_to": {
        "ja": "S3 のバケットにも送ります。変わった所だけです。",
        "en": "A bucket that is sent what changed; -o may be left out.",
    },
    "scheduler": {
        "ja": "タイルを作る Dask のスケジューラー（tls:// か tcp://）。",
        "en": "A scheduler of Dask that has the tiles cut.",
    },
    "ckan": {
        "ja": "ポータルのアドレス。例: https://ckan.example.jp",
        "en": "Address of the portal, such as https://ckan.example.jp",
    },
    "organization": {
        "ja": "ポータルでの組織の名前（アドレスにある、英数字の名前）。",
        "en": "Name of the organization there, as its address has it.",
    },
    "send_portal": {
        "ja": "表示だけでなく、変更もします。BOSAI_CKAN_TOKEN_FILE が必要です。",
        "en": "Change the portal, not only show. Wants BOSAI_CKAN_TOKEN_FILE.",
    },
    "host": {"ja": "待ち受けるアドレス。", "en": "Address to listen on."},
    "port": {"ja": "待ち受けるポート番号。", "en": "Port to listen on."},
    "workers": {"ja": "応答するプロセスの数。", "en": "Processes that answer."},
    "names": {
        "ja": "レイヤーの id、定義かデータのファイル。なければ全部のレイヤー。",
        "en": "Layers' ids, definition files or data files; all layers without.",
    },
    "accept": {
        "ja": "大きく減ったデータでも公開します。",
        "en": "Publish although far less is left.",
    },
    "path": {"ja": "データのファイル。", "en": "A data file."},
    "id": {
        "ja": "レイヤーの id（a-z, 0-9, _）。なければファイルの名前から作ります。",
        "en": "The layer's id; else the file's name.",
    },
    "title": {"ja": "住民が読む名前（日本語）。", "en": "The name for residents, in Japanese."},
    "title-en": {"ja": "名前の英語。", "en": "The name in English."},
    "group": {"ja": "パネルの見出しの id。", "en": "The id of the heading in the panel."},
    "credit": {"ja": "データの出典。", "en": "Whose data it is."},
    "licence": {"ja": "利用条件。例: CC BY 4.0。", "en": "Its terms of use, such as CC BY 4.0."},
    "date": {
        "ja": "いつの時点のデータか。なければファイルの日付。 例: 2026-04-01。",
        "en": "The day the data is of; else the file's.",
    },
    "layer_ids": {"ja": "レイヤーの id。", "en": "Layers' ids."},
    "number": {"ja": "要望の受付番号。", "en": "The number of a request."},
    "state": {"ja": "この状態の要望だけ。", "en": "Only those in this state."},
    "new-state": {
        "ja": "新しい状態: received, checking, considering, adopted, declined, available。",
        "en": "One of received, checking, considering, adopted, declined, available.",
    },
    "reason": {"ja": "だれでも読む理由。", "en": "Why, for everybody to read."},
    "answering-layer": {
        "ja": "要望に応えるレイヤーの id。",
        "en": "The id of the layer that answers it.",
    },
    "publish": {
        "ja": "公開します。名前や電話番号がないかを先に確かめます。",
        "en": "Make it public. First make sure that it names nobody.",
    },
    "public-title": {
        "ja": "公開する題名（送られたものと変えるとき）。",
        "en": "Its title in public, where it is not the sender's.",
    },
    "public-purpose": {
        "ja": "公開する使い道（送られたものと変えるとき）。",
        "en": "Its purpose in public, where it is not the sender's.",
    },
    "without-place": {"ja": "場所は公開しません。", "en": "Without its place."},
    "supplement": {
        "ja": "送った人の追記のうち、 公開するものの番号。",
        "en": "The number of what its sender added that is to be public.",
    },
    "confirmed": {
        "ja": "電話番号などに見えるものも、 確かめたので公開します。",
        "en": "Publish what looks like a telephone number or an e-mail address: it may be public.",
    },
    "with-photo": {"ja": "送られた写真も公開します。", "en": "With the photo that was sent."},
    "files": {
        "ja": "写真（元のまま）とデータを、 このフォルダに書き出します。",
        "en": "Write the photo as it was sent, and the data file, into this folder.",
    },
    "withdraw": {"ja": "公開をやめます。", "en": "Take it out of the public."},
    "alert_number": {"ja": "情報の番号。", "en": "The number of an alert."},
    "what": {
        "ja": "何を出すか: evacuation-3 高齢者等避難、evacuation-4 避難指示、"
        "evacuation-5 緊急安全確保、weather-1・weather-2・weather "
        "気象庁の発表の引用、information お知らせ。",
        "en": "One of evacuation-3, -4, -5 (the city's), weather-1, -2, weather (quotes of the "
        "Japan Meteorological Agency), information.",
    },
    "drill": {
        "ja": "訓練か本番か。必ずどちらかを書きます。",
        "en": "A drill, or real: one of them has to be written.",
    },
    "alert_place": {
        "ja": "町丁目の名前（何回でも書けます）。",
        "en": "A neighbourhood; may be written several times.",
    },
    "zone": {
        "ja": "この災害レイヤーの区域の中。",
        "en": "Inside the zones of this hazard layer.",
    },
    "whole_city": {"ja": "市内全域。", "en": "All of the city."},
    "area": {
        "ja": "対象の地域の補足（日本語のまま出ます）。",
        "en": "More about where, in Japanese.",
    },
    "alert_title": {
        "ja": "題名（避難情報には書きません）。",
        "en": "The title; none of evacuation information.",
    },
    "alert_text": {"ja": "説明（日本語のまま出ます）。", "en": "More, in Japanese."},
    "issuer": {"ja": "発令・発表元。", "en": "Who issues it."},
    "hours": {
        "ja": "何時間表示するか（1〜72）。",
        "en": "For how many hours it is shown (1 to 72).",
    },
    "preset": {
        "ja": "地図が先に表示する目的別の表示の id。",
        "en": "The id of the preset that the map shows first.",
    },
    "send": {
        "ja": "送ります。付けなければ、表示するだけです。",
        "en": "Send it; it is only shown without.",
    },
    "account_name": {
        "ja": "サインインに使う名前。記録にも残ります。",
        "en": "The name to sign in with; the audit shows it.",
    },
    "role": {
        "ja": "役割: reader 閲覧、editor 編集、publisher 公開、admin 管理。",
        "en": "What the account may do.",
    },
    "new-role": {
        "ja": "新しい役割: reader 閲覧、editor 編集、publisher 公開、admin 管理。",
        "en": "What the account may do from now on.",
    },
    "oidc": {
        "ja": "庁内のアカウントでサインインする人の、認証サーバーでの名前: 確認済みのメール"
        "アドレス、ユーザー名（preferred_username）、または sub。パスワードは渡しません。",
        "en": "What the OpenID Connect provider calls the person: a verified e-mail address, a "
        "user name (preferred_username) or the subject (sub). No password is given.",
    },
    "new-oidc": {
        "ja": "認証サーバーでの名前を変え、結び付けをやり直します。",
        "en": "What the provider calls the person from now on; who was linked no longer is.",
    },
    "no-oidc": {
        "ja": "庁内のアカウントでは、サインインできなくします。",
        "en": "Nobody signs in by the provider any more.",
    },
    "department": {
        "ja": "所属。その所属の要望と、所属のない要望だけが見えます。",
        "en": "A department; only its own requests and those of none are seen.",
    },
    "all-departments": {"ja": "全部の所属の要望が見えます。", "en": "All departments' requests."},
    "prompt": {
        "ja": "パスワードを、表示せずに、ここで入力します。",
        "en": "Type the password here instead of having one made.",
    },
    "format": {"ja": "形式: {names}。", "en": "One of {names}."},
    "reach-layer": {"ja": "施設（点）のレイヤーの id。", "en": "The id of a layer of points."},
    "distance": {
        "ja": "施設からの直線距離（m）。消防水利の基準の第4条では、地域により 100、120、140。",
        "en": "Metres from the places in a straight line.",
    },
    "areas": {
        "ja": "区域（面）のレイヤーの id。なければ町丁目の代表点のまわり。",
        "en": "A layer of areas to measure; else what lies around the neighbourhoods' points.",
    },
    "csv": {"ja": "表を CSV でも書き出すファイル。", "en": "A file for the table as CSV."},
    "sheet": {"ja": "書き出す先の PDF ファイル。", "en": "The PDF file to write."},
    "output": {
        "ja": "書き出す先のファイル。複数ならフォルダか、.zip で終わる名前。",
        "en": "A file for one layer; for several a folder, or a name that ends in .zip.",
    },
    "all": {
        "ja": "全部のレイヤー（-o のフォルダに）。.zip には見本を入れません。",
        "en": "Every layer, into the folder of -o; a .zip holds no sample.",
    },
    "crs": {
        "ja": "座標系（EPSG:6677 など）。経度・緯度（EPSG:4326）でないとき。",
        "en": "Reference system, as EPSG:6677; without it, longitude and latitude (EPSG:4326).",
    },
}
