"""From Python 3.9 to Python 3.14: what the language and the standard library have taken away, and what the next versions will.

Nearly all of it are the rules on the standard library that are there anyway: removed modules and names, with those that are off by default because they have
no date, or are only sure where the Python is known. A migration knows where it leads, so they are all in force. What is here besides is about
objects and arguments: methods by the type of what they are called on (`array.tostring`, `Thread.isAlive`, `Element.getiterator`, `Path.link_to`),
arguments that raise TypeError by now, classes of `ast` in `isinstance`, coroutines made of generators, `with` on a path.

Then there is what still runs and means something else: `format` of members of an enumeration that are texts too, `functools.partial` in a class,
`multiprocessing` without `fork`, `__annotations__` of a namespace; and what the compiler warns of, to refuse it later: `return` in `finally`, unknown escapes, `~` of a truth value.

Where there is a new way in both the old and the new Python the fix takes it, so that most of it can be merged before the interpreter changes.
"""
