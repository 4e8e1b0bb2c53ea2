"""Addresses of the team's room, of joining it, and of the hall."""

from django.urls import URLPattern, path

from comity.node.exercise.pages import hall, join, room, room_actions, room_quiz, room_sending

urlpatterns: list[URLPattern] = [
    path("exercise", room.room, name="room"),
    path("exercise/now", room.room_now, name="room-now"),
    path("exercise/join", join.join, name="exercise-join"),
    path("exercise/number", join.number, name="room-number"),
    path("exercise/do", room_actions.do, name="room-do"),
    path("exercise/test", room_quiz.test, name="room-test"),
    path("exercise/send", room_sending.send, name="room-send"),
    path("exercise/came/<str:key>", room_actions.came, name="room-came"),
    path("exercise/tasks/<str:key>", room_actions.task, name="room-task"),
    path("exercise/exhibits/<str:key>", room_actions.exhibit, name="room-exhibit"),
    path("exercise/exhibits/<str:key>/file", room_actions.exhibit_file, name="room-exhibit-file"),
    path("hall/<str:code>", hall.hall, name="hall"),
    path("hall/<str:code>/now", hall.hall_now, name="hall-now"),
]
