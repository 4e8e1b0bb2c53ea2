"""Pages of the mailbox, of letters and of transcription.

Reading order: `labels`, `forms`, `letters`, `mailbox`, `transcription`.
"""
