"""Lead a person through a form, question by question. Pure: no input, no output, no database."""
