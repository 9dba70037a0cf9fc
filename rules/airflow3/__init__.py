"""Airflow 2 to Airflow 3: names that are gone or have moved, arguments, methods, context variables, templates and options of the configuration.

Three things happened to the names of a DAG. Operators, sensors, hooks and triggers that Airflow brought along are in
`apache-airflow-providers-standard` and other provider packages, which run on late releases of Airflow 2 as well: that part can be done before the upgrade. What a
DAG is written with (`DAG`, `task`, `BaseOperator`, `Param`) is `airflow.sdk`, which is there from Airflow 3 on. And datasets are assets now, in
names, methods, arguments and context variables. Most of these still work in 3.0 and warn: such rules are warnings, and what fails in 3.0 is an error.

What a task could do with the database is gone from tasks: no `execution_date`, no `conf` and no `prev_ds` in the context, no methods of `TaskInstance` that ask it.
Where one thing has one successor the fix writes it. A fix is unsafe where something else may come of it: `execution_date` is `logical_date`, which is empty in a run
that was triggered without one; `Connection` of the SDK is no row of the database. Everything else is a finding that says what to do. Providers
that a fix needs are named in the message; the fix installs nothing.
"""
