"""Exercises that this node holds, if it is a node in exercise mode.

Reading order: `codes`, `errors`, `timeline`, `workplaces`, `mode`, `room`, `scenario_library`,
`exhibit_download`, `lessons`, `membership`, `scenario_editing`, `scenario_list`, `team_events`,
`api_scenarios`, `exercises`, `room_cache`, `run_cache`, `trainer_actions`, `choices`,
`quiz_store`, `schemas`, `quiz`, `reports`, `score_view`, `team_status`, `exercise_list`,
`player_timeline`, `api`, `player_actions`, `public_screen`, `api_room`. Packages: `pages`.
"""
