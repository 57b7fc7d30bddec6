"""A thief with the file, its log, the photos and a backup finds nothing in them that docs/security.md calls sealed."""

from __future__ import annotations

from bot.cli.backup import make
from storage.backup import keys, snapshot
from storage.files import pictures, voices
from storage.tables.sealed import CELLS
from tests.canaries import plant, where
from tests.figures import measured
from tests.listed import listed
from tests.sealed import fill
from tests.stage import Stage, photo, sound


async def test_no_word_of_a_sealed_column_and_no_photo_stands_in_any_file(stage: Stage) -> None:
    await fill(stage)
    async with stage.program() as app:
        account = None
        raw = [photo(stage.folder, "deed").read_bytes(), sound(stage.folder).read_bytes()]
        await app.fetcher.store(raw[0], "room", account)
        await app.fetcher.voice(raw[1], "room", account)
        async with app.database.write() as tx:
            sealed, public = await plant(tx, listed()["public by decision"])
            files = [*await pictures.files(tx), *await voices.files(tx)]
        seen = {(await app.files.get(file))[:200] for file in files}
        _, key = keys.new_pair()
        (scratch := stage.folder / "scratch").mkdir()
        await snapshot.take(app.database, stage.folder / "copy", stage.clock())
        await make(app, stage.folder / "backup.age", scratch, stage.clock(), key)
        named = [stage.folder / name for name in ("bot.db", "bot.db-wal", "copy", "backup.age")]
        kept = [path for path in (stage.folder / "files").rglob("*") if path.is_file()]
        stolen = {path.name: path.read_bytes() for path in (*named, *kept)}
    assert len(sealed) == len(CELLS) and len(stolen) > len(files)
    assert where(sealed.values(), stolen) == {}
    assert where(seen, stolen) == {}
    found = where(public.values(), stolen)
    assert found["copy"] == set(public.values()), "this search finds what is there"
    measured(
        "canaries in every sealed column, and photos: file, log, folder, backup searched (UTF-8, UTF-16, folded, base64)",
        f"{len(sealed)} columns and {len(files)} files, none found",
        f"of {len(public)} public columns all",
    )
