# SPDX-License-Identifier: GPL-2.0
#
# What one getppid() of an armed machine stores to: steps through it, as gdb
# connected to a guest of one processor under QEMU. The guest attaches probes to both
# events and then has somebody call getppid(). $task_size is that of task_struct.
# The last line is "N passed, N failed, N skipped".

import collections
import re
import gdb

# What names memory first and does not write there
READERS = "bt call cmp div idiv imul jmp mul nop test verw".split()
PREFIXES = r"^((rep\w*|lock|bnd|notrack|cs|ds|data16) +)*"


def num(expression):
    return int(gdb.parse_and_eval(f"(unsigned long)({expression})")) % 2**64


def name(address):
    found = gdb.execute(f"info symbol {address % 2**64:#x}", to_string=True)
    return found.split(" in ")[0] if " in " in found else f"{address:#x}"


def target(instruction):
    """Where the instruction at $pc writes to, or None"""
    text = re.sub(PREFIXES, "", instruction["asm"].split("#")[0].strip())
    verb, _, operands = text.partition(" ")
    if verb in ("push", "call"):
        return num("$rsp") - 8
    if verb not in ("xchg", "xadd"):
        operands = operands.split(",")[0]
    memory = re.search(r"(gs:)?\[(.*)\]", operands)
    absolute = re.search(r"(gs:)(0x[0-9a-f]+)", operands)
    if verb in READERS or not (memory or absolute):
        return None
    segment, address = (memory or absolute).groups()
    following = num("$pc") + instruction["length"]
    address = address.replace("rip", str(following))
    address = num(re.sub(r"\b(r[0-9a-z]+)\b", r"$\1", address))
    return (address + (num("$gs_base") if segment else 0)) % 2**64


def owner(address):
    cpu = num("$gs_base")
    task = num(f"*(unsigned long *)({cpu} + (unsigned long)&pcpu_hot)")
    # THREAD_SIZE. The code at the edge has a smaller one, for each CPU
    if address >> 14 == (num("$rsp") - 8) >> 14:
        return "stack"
    if 0 <= address - task < num("$task_size"):
        return "task_struct"
    if num("&__per_cpu_start") <= address - cpu < num("&__per_cpu_end"):
        return "CPU"
    return "shared"


def step_through():
    """The owners of all that is written until the return to user space"""
    counts = collections.Counter()
    while True:
        frame = gdb.selected_frame()
        if frame.pc() < 2**63:
            return counts
        instruction = frame.architecture().disassemble(frame.pc())[0]
        address = target(instruction)
        if address is not None:
            whose = owner(address)
            counts[whose] += 1
            print(f"# {whose}: {name(frame.pc())}: {instruction['asm']}: {name(address)}")
        gdb.execute("stepi", to_string=True)


gdb.execute("set disassembly-flavor intel")
# Nobody comes there before both probes are attached
gdb.execute("tbreak *__tracehook_syscall_exit")
gdb.execute("continue", to_string=True)
gdb.execute("tbreak *entry_SYSCALL_64 if $rax == 110")
gdb.execute("continue", to_string=True)
found = step_through()
print("Stores of an armed getppid(): " + ", ".join(
    f"{whose} {found[whose]}" for whose in ("stack", "task_struct", "CPU", "shared")))
ok = found["task_struct"] > 0 and found["shared"] == 0
if not ok:
    print("FAIL it writes what processors share, or nothing of its own")
print(f"{int(ok)} passed, {int(not ok)} failed, 0 skipped")
