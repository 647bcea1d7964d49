# SPDX-License-Identifier: GPL-2.0
#
# Judges the console log of one boot.
#
#   awk -f check-log.awk -v verdict=N -v rc=N [-v hook=off] [-v tap=no] [-v all=yes]
#	[-v limit=SECONDS] file=1 SKIP-LIST file=2 CONSOLE-ALLOW file=3 LOG
#
# verdict: what the guest wrote to its own port; nothing is a failure.
# rc: exit code of QEMU, 124 if the host's timeout ended it.
# hook=off: the kernel lacks the option, so each program must skip every case.
# tap=no: the log is that of a script; only the kernel's lines are judged.
# all=yes: every program was to run, so a skip list that names another one is wrong.
#
# A line of the skip list is "PROGRAM CASES # REASON".  * in CASES stands for any text.
# All of these cases must be skipped, and there must be one, if the program runs to its
# end.  With "?" after CASES they may pass as well.
#
# Prints one line for each failure, then "N passed, N failed, N skipped";
# exits with 1 unless all is well.

function fail(text)
{
	print "FAIL: " text
	failed++
}

# The regular expression of a pattern in which only * is special
function regex(pattern)
{
	gsub(/[^A-Za-z0-9_*]/, "[&]", pattern)
	gsub(/\*/, ".*", pattern)
	return "^" pattern "$"
}

# Whether a line of the list has the case
function may(name,	i)
{
	for (i = 1; i <= allowed; i++)
		if (skip_program[i] == program && name ~ skip_case[i])
			return 1
	return 0
}

# The lines that have the case are in use. They are wrong if it passes.
function listed(name, passes,	i)
{
	for (i = 1; i <= allowed; i++) {
		if (skip_program[i] != program || name !~ skip_case[i])
			continue
		used[i] = 1
		if (passes && !either[i])
			fail(program ": " name ": passes, and is in the list of allowed skips: " skip_line[i])
	}
}

# The lines of a program that has run to its end
function judge_lines(	i)
{
	for (i = 1; i <= allowed; i++)
		if (skip_program[i] == program && !used[i])
			fail(program ": has no such case as in the list of allowed skips: " skip_line[i])
}

# Inner TAP of one program
function inner(line,	words, name, why)
{
	if (line ~ /^1\.\.[0-9]+/) {
		sub(/^1\.\./, "", line)
		plan = line + 0
		return
	}
	if (line !~ /^(not )?ok [0-9]+/)
		return
	seen++
	name = line
	sub(/^(not )?ok [0-9]+ *(- )?/, "", name)
	if (line ~ /^not ok/) {
		bad++
		listed(name, 0)
		fail(program ": " name)
	} else if (line ~ /# SKIP/) {
		why = name
		sub(/.*# SKIP */, "", why)
		sub(/ *# SKIP.*/, "", name)
		skips++
		if (hook != "off") {
			listed(name, 0)
			if (may(name))
				skipped++
			else
				fail(program ": " name ": skipped, and not in the list of allowed skips: " why)
		}
	} else if (hook == "off")
		fail(program ": " name ": passes without the option")
	else {
		listed(name, 1)
		passed++
	}
}

# The line that init writes when a program has ended
function outer(line,	why)
{
	ended++
	ran[program] = 1
	why = line
	if (!sub(/^[^#]*# /, "", why))
		why = ""
	if (line ~ /^not ok/ && !(bad && why ~ /^exit=/))
		fail(program ": " (why == "" ? "failed" : why))
	else if (plan < 0)
		fail(program ": no plan in its output")
	else if (!plan && why == "SKIP" && may("")) {
		listed("", 0)
		skipped++
	}
	else if (plan != seen)
		fail(program ": planned " plan " cases, reported " seen)
	else if (hook == "off") {
		if (skips == seen && line ~ /^ok/)
			passed++
	} else {
		if (!seen || skips == seen && !may(""))
			fail(program ": every case was skipped")
		judge_lines()
	}
	program = ""
}

file < 3 && /^(#|[ \t]*$)/ { next }

file == 1 {
	skip_program[++allowed] = $1
	skip_case[allowed] = regex($2)
	skip_line[allowed] = $0
	either[allowed] = $3 == "?"
	if ($0 !~ /#[ \t]*[^ \t]/)
		fail("allowed skip without a reason: " $0)
	next
}

file == 2 {
	if (split($0, field, "\t+") < 2)
		fail("allowed console line without a reason: " $0)
	allow[++allows] = field[1]
	next
}

{
	lines++
	gsub(/\r/, "")
	stamped = sub(/^\[ *[0-9]+\.[0-9]+\] /, "")
	if ($0 != "")
		last = $0
}

tap != "no" && /^TAP version/ { next }

tap != "no" && /^1\.\.[0-9]+$/ {
	programs = substr($0, 4) + 0
	next
}

tap != "no" && /^# selftests: tracehook: / {
	if (program != "")
		fail(program ": no result")
	program = $4
	plan = -1
	seen = skips = bad = 0
	next
}

tap != "no" && /^(not )?ok [0-9]+ selftests: tracehook: / {
	if (program == "")
		fail("result without a program: " $0)
	else
		outer($0)
	next
}

tap != "no" && /^(not )?ok guest: / {
	if (/^ok/)
		passed++
	else
		fail(substr($0, 8))
	next
}

tap != "no" && /^# / {
	if (program != "")
		inner(substr($0, 3))
	next
}

# In a script's log, only stamped lines are the kernel's.
tap == "no" && !stamped { next }

panic != "" { next }

/Kernel panic - not syncing/ {
	panic = $0
	next
}

/WARNING:|BUG:|kernel BUG at|Oops|Call Trace:|INFO: |general protection fault|UBSAN:|KASAN:|KCSAN:|rcu:.*(stall|detected)|possible .*deadlock|circular locking|suspicious RCU|soft lockup|hard LOCKUP|blocked for more than|refcount_t:|list_(add|del) corruption|unable to handle|cut here/ {
	for (i = 1; i <= allows; i++)
		if ($0 ~ allow[i])
			next
	if (!trouble++)
		first = $0
}

END {
	if (!lines && rc != 124)
		fail("the console log is empty")
	if (panic != "")
		fail(panic (first == "" ? "" : " (first complaint: " first ")"))
	else if (trouble)
		fail(trouble " complaint(s) of the kernel, the first: " first)
	where = program == "" ? "" : " in " program
	if (rc == 124)
		fail("timeout" where (limit == "" ? "" : " after " limit " seconds") "; last line: " last)
	else if (panic == "" && verdict !~ /^[0-9]+$/)
		fail("no verdict: the guest ended" where " before it was done; last line: " last)
	else if (panic == "" && rc != 0)
		fail("QEMU ended with code " rc)
	if (tap != "no" && panic == "" && rc != 124 && verdict ~ /^[0-9]+$/ && ended != programs)
		fail("truncated: " programs + 0 " programs planned, " ended + 0 " ended")
	for (i = 1; i <= allowed && all == "yes" && ended && ended == programs; i++)
		if (!(skip_program[i] in ran))
			fail(skip_program[i] ": no such program as in the list of allowed skips")
	if (tap != "no" && !programs && !failed)
		fail("no test ran")
	if (verdict ~ /^[0-9]+$/ && verdict != 0 && !failed)
		fail("the guest's verdict is " verdict)
	if (tap == "no" && !failed)
		passed++
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed != 0
}
