/* matchctl import DIR: a directory of CSV files into the database. Unlike the other commands it
 * asks no daemon: it connects to PostgreSQL as the owner of the schema (MATCHD_IMPORT_URL, else
 * libpq's PG* variables). */
#ifndef MATCHD_API_MATCHCTL_IMPORT_H
#define MATCHD_API_MATCHCTL_IMPORT_H

/* argv[0] is "import". The exit status: 0 done, 1 nothing was imported, 2 the command line is
 * wrong. */
int import_command(int argc, char **argv);

#endif
