"""Why a command does nothing."""

from __future__ import annotations

from collections.abc import Mapping

from layers.messages.message import Text

REFUSALS: Mapping[str, Text] = {
    "no_file": {
        "ja": "ファイル「{value}」がありません。名前と、今いるフォルダを確かめてください。",
        "en": "there is no file {value}; check its name, and the folder you are in",
    },
    "what_to_accept": {
        "ja": "公開してよいレイヤーの id を書いてください。例: bosai check --accept hydrants",
        "en": "name the layers to accept: bosai check --accept LAYER",
    },
    "what_to_answer": {
        "ja": "--publish、--withdraw、--state、--supplement のどれかを書いてください"
        "（--publish と --withdraw は、一度には使えません）。",
        "en": "wanted --publish, --withdraw, --state or --supplement; "
        "not --publish with --withdraw",
    },
    "no_request": {
        "ja": "その番号の要望がないか、公開していません。bosai requests で確かめてください。",
        "en": "no request has this number, or it is not public; bosai requests lists them",
    },
    "no_alert": {
        "ja": "その番号の情報はありません。bosai alert list で確かめてください。",
        "en": "no alert has this number; bosai alert list lists them",
    },
    "ended_alert": {"ja": "もう解除しています。", "en": "it has been lifted already"},
    "shorter_alert": {
        "ja": "今の期限より後になる時間数を書いてください（--hours）。",
        "en": "it is shown longer than that already; wanted more --hours",
    },
    "portal_without_base_url": {
        "ja": "この地図のアドレスを BOSAI_BASE_URL に設定してください。ポータルから、そこに"
        "リンクします。",
        "en": "wanted the map's address in BOSAI_BASE_URL: the portal links there",
    },
    "portal_without_token": {
        "ja": "ポータルの API トークンを1行で書いたファイルを、BOSAI_CKAN_TOKEN_FILE に設定して"
        "ください。",
        "en": "wanted BOSAI_CKAN_TOKEN_FILE, a file with the portal's API token in one line",
    },
    "nothing_for_portal": {
        "ja": "ポータルに載せるレイヤーがありません（見本は載せません）。",
        "en": "there is no layer for a portal (samples are not for it)",
    },
    "portal_refused": {
        "ja": "ポータルが受け付けませんでした: {value}",
        "en": "the portal did not take it: {value}",
    },
    "build_file": {
        "ja": "「{value}」はフォルダではありません。書き出すフォルダを -o に書いてください。",
        "en": "{value} is no folder; name the folder to write into with -o",
    },
    "build_other": {
        "ja": "フォルダ「{value}」に、bosai build で書いたのではないものがあります。空のフォルダか"
        "、前に書き出したフォルダを選んでください。",
        "en": "the folder {value} holds what bosai build did not write; wanted an empty folder, "
        "or that of an earlier build",
    },
    "build_twice": {
        "ja": "別の bosai build が、フォルダ「{value}」に書いています。終わってからやり直して"
        "ください。",
        "en": "another bosai build writes into {value}; try again when it has ended",
    },
    "build_damaged": {
        "ja": "「{value}」が壊れているか、新しい版のものです。別のフォルダに書き出してください。",
        "en": "{value} is damaged, or of a newer version; wanted another folder",
    },
    "build_unanswered": {
        "ja": "地図の一部を作れませんでした: {value}。前に書き出したものは使えます。",
        "en": "part of the map could not be made: {value}; an earlier build is usable as it was",
    },
    "build_unwritten": {
        "ja": "書き出せませんでした: {value}。前に書き出したものは使えます。",
        "en": "could not be written: {value}; an earlier build is usable as it was",
    },
    "build_where": {
        "ja": "-o フォルダ か --to s3://… を書いてください。",
        "en": "wanted -o with a folder, or --to with a bucket",
    },
    "scheduler_extra": {
        "ja": "--scheduler には Dask が要ります。{value} を入れてください。",
        "en": "Dask is needed for --scheduler; install {value}",
    },
    "scheduler_away": {
        "ja": "Dask のスケジューラーにつながりません: {value}",
        "en": "the scheduler of Dask cannot be reached: {value}",
    },
    "scheduler_certificates": {
        "ja": "Dask のスケジューラーと TLS でつながりません: {value}。証明書の設定"
        "（DASK_DISTRIBUTED__COMM__TLS__CA_FILE、同 __CLIENT__CERT、同 __CLIENT__KEY）を"
        "確かめてください。",
        "en": "no TLS with the scheduler of Dask: {value}; check its certificates "
        "(DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__CLIENT__CERT, …__CLIENT__KEY)",
    },
    "scheduler_alone": {
        "ja": "Dask のスケジューラー「{value}」に、ワーカーがありません。動かしてから、やり直して"
        "ください。",
        "en": "the scheduler of Dask at {value} has no workers; start them first",
    },
    "scheduler_lost": {
        "ja": "Dask のスケジューラー「{value}」が、途中で仕事をやめました。もう一度動かすと、"
        "続きから作ります。",
        "en": "the scheduler of Dask at {value} gave up amid the work; run it again to go on",
    },
    "upload_extra": {
        "ja": "s3:// に送るには boto3 が要ります。{value} を入れてください。",
        "en": "boto3 is needed for s3://; install {value}",
    },
    "upload_credentials": {
        "ja": "「{value}」に送る鍵がありません。AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY を"
        "設定してください。",
        "en": "there are no credentials for {value}; set AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY",
    },
    "upload_bucket": {
        "ja": "バケット「{value}」がありません。作ってから、やり直してください。",
        "en": "there is no bucket {value}; make it first",
    },
    "upload_other": {
        "ja": "「{value}」に、bosai build で送ったのではないものがあります。空の場所か"
        "、前に送った場所を選んでください。",
        "en": "{value} holds what bosai build did not send; wanted an empty place, or that of an "
        "earlier build",
    },
    "upload_refused": {
        "ja": "ストレージが受け付けませんでした: {value}。もう一度動かすと、続きから送ります。",
        "en": "the storage did not take it: {value}; run it again to go on",
    },
    "upload_failed": {
        "ja": "ストレージに送れませんでした: {value}。もう一度動かすと、続きから送ります。",
        "en": "could not be sent to the storage: {value}; run it again to go on",
    },
    "no_account": {
        "ja": "その名前のアカウントはありません。bosai staff list で確かめてください。",
        "en": "no account has this name; bosai staff list lists them",
    },
    "what_to_change": {
        "ja": "--role、--department、--all-departments、--oidc、--no-oidc のどれかを書いてください"
        "（--department と --all-departments、--oidc と --no-oidc は、一度には使えません）。",
        "en": "wanted --role, --department, --all-departments, --oidc or --no-oidc; "
        "not --department with --all-departments, nor --oidc with --no-oidc",
    },
    "files_of_which": {
        "ja": "--files には要望の番号も書いてください。",
        "en": "wanted the number of a request with --files",
    },
    "no_files": {
        "ja": "その要望に、残っているファイルはありません。",
        "en": "nothing is kept of files of this request",
    },
    "files_not_written": {
        "ja": "ファイルを書き出せません（同じ名前のファイルは上書きしません）: {value}",
        "en": "the files cannot be written (none that exists is overwritten): {value}",
    },
    "report_of_sample": {
        "ja": "レイヤー「{value}」は見本データです。実際の場所のことは何も示さないので、資料を"
        "作りません。市のデータを入れたレイヤーの id を書いてください。",
        "en": "layer {value} is a sample, which says nothing of any place; wanted the id of a "
        "layer with the city's own data",
    },
    "reach_of_what": {
        "ja": "レイヤー「{value}」は施設（点）のレイヤーではありません。"
        "点のレイヤーの id を書いてください。",
        "en": "layer {value} is none of points; wanted the id of a layer of points",
    },
    "areas_of_what": {
        "ja": "レイヤー「{value}」は区域（面）のレイヤーではないか、地物がありません。"
        "--areas には面のレイヤーの id を書いてください。",
        "en": "layer {value} has no areas; wanted --areas with the id of a layer of areas",
    },
    "no_areas": {
        "ja": "町丁目のデータがありません。--areas に区域（面）のレイヤーの id を書いてください。",
        "en": "the city has no neighbourhoods; wanted --areas with the id of a layer of areas",
    },
    "what_to_export": {
        "ja": "書き出すレイヤーの id か、--all を書いてください。"
        "複数のときは、-o で書き出す先のフォルダも書いてください。",
        "en": "name layers, or --all with -o DIR; several layers need -o DIR",
    },
    "what_of_layers": {
        "ja": "--export、--import、--json は、どれか一つだけ書いてください。",
        "en": "wanted only one of --export, --import and --json",
    },
    "nothing_to_import": {
        "ja": "フォルダ「{value}」に、定義のファイル（.toml）がありません。",
        "en": "there is no definition (.toml) in {value}",
    },
    "not_exchanged": {
        "ja": "ファイルの読み書きができないので、何もしていません"
        "（書き出す先は、空か、まだないフォルダにします）: {value}",
        "en": "nothing is done, because a file cannot be read or written (what is written to has "
        "to be an empty folder, or none yet): {value}",
    },
    "version_waits": {
        "ja": "公開の予約があるレイヤーなので、何も取り込んでいません（{value}）。"
        "担当者のページで、予約を取り消してからにしてください。",
        "en": "nothing is taken in, because a version waits for its time ({value}); cancel it on "
        "the staff pages first",
    },
    "no_room": {
        "ja": "データのファイルが大きすぎるか、保存場所がないので、何も取り込んでいません"
        "（{value} バイト）。",
        "en": "nothing is taken in: there is no room for a file of the data ({value} bytes)",
    },
    "bundle": {
        "ja": "地図のプログラムがないか、古いものです。make bundle で作ってください（{value}）。",
        "en": "the map's program is missing, or an old one: {value}",
    },
    "database": {
        "ja": "データベースを開けません。BOSAI_DATABASE_URL を確かめてください（{value}）。",
        "en": "the database cannot be opened: {value}",
    },
    "file_system": {
        "ja": "保存先か定義のフォルダを使えないので、地図を公開できません（{value}）。"
        "空き容量と権限を確かめるか、BOSAI_HOME などの設定で別のフォルダを選んでください。",
        "en": "nothing can be served, because a folder cannot be used: {value}; check the free "
        "space and the permissions, or name another folder in BOSAI_HOME",
    },
    "map_pages": {"ja": "地図のページを作れません（{value}）。", "en": "{value}"},
    "aborted": {"ja": "中止しました。", "en": "stopped"},
}
