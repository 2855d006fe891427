"""What the reader sees: tables and figures, and one quarter's frames in one object."""
