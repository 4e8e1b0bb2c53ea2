"""Exercises that this node holds, if it is a node in exercise mode.

Reading order: `codes`, `errors`, `schemas_scenarios`, `timeline`, `workplaces`, `mode`, `room`,
`scenario_library`, `exhibit_download`, `lessons`, `membership`,
`scenario_list`, `team_events`, `exercises`, `room_cache`, `run_cache`, `trainer_actions`,
`choices`, `quiz_store`, `schemas`, `quiz`, `reports`, `score_view`, `team_status`, `answers`,
`exercise_list`, `player_timeline`, `player_actions`, `public_screen`, `schemas_room`, `actions`,
`api`, `api_room`, `api_scenarios`. Packages: `pages`.
"""
