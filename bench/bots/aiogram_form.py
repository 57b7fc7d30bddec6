"""aiogram, a form of three questions: answers live in memory and are gone with the process."""

from __future__ import annotations

from aiogram import Dispatcher, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import Message

from bench.bots.aiogram_bot import run

router = Router()


class Register(StatesGroup):
    """The questions."""

    name = State()
    year = State()
    commune = State()


@router.message(Command("volunteer"))
async def begin(message: Message, state: FSMContext) -> None:
    await state.set_state(Register.name)
    await message.answer("Họ và tên của anh/chị là gì?")


@router.message(Register.name)
async def name(message: Message, state: FSMContext) -> None:
    await state.update_data(name=message.text)
    await state.set_state(Register.year)
    await message.answer("Anh/chị sinh năm nào?")


@router.message(Register.year)
async def year(message: Message, state: FSMContext) -> None:
    if not (message.text or "").isdecimal():
        await message.answer("Năm chưa đúng, ví dụ 1990.")
        return
    await state.update_data(year=int(message.text or ""))
    await state.set_state(Register.commune)
    await message.answer("Anh/chị ở xã nào?")


@router.message(Register.commune)
async def commune(message: Message, state: FSMContext) -> None:
    known = await state.update_data(commune=message.text)
    await state.clear()
    await message.answer(f"Cảm ơn {known['name']}! Sinh năm {known['year']}, {known['commune']}.")


if __name__ == "__main__":
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    run(dispatcher)
