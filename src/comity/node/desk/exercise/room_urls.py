"""Addresses of the team's room, of joining it, and of the hall."""

from django.urls import URLPattern, path

from comity.node.desk.exercise import hall, join, room, room_deeds, room_quiz, room_sending

urlpatterns: list[URLPattern] = [
    path("exercise", room.room, name="room"),
    path("exercise/now", room.room_now, name="room-now"),
    path("exercise/join", join.join, name="exercise-join"),
    path("exercise/number", join.number, name="room-number"),
    path("exercise/do", room_deeds.do, name="room-do"),
    path("exercise/test", room_quiz.test, name="room-test"),
    path("exercise/send", room_sending.send, name="room-send"),
    path("exercise/came/<str:key>", room_deeds.came, name="room-came"),
    path("exercise/tasks/<str:key>", room_deeds.task, name="room-task"),
    path("exercise/exhibits/<str:key>", room_deeds.exhibit, name="room-exhibit"),
    path("exercise/exhibits/<str:key>/file", room_deeds.exhibit_file, name="room-exhibit-file"),
    path("hall/<str:code>", hall.hall, name="hall"),
    path("hall/<str:code>/now", hall.hall_now, name="hall-now"),
]
