// SPDX-License-Identifier: GPL-2.0
/*
 * Plugin of gcc for sh4. Version 12.2 drops the test before a branch on a variable,
 * if (global), at every -O and whatever the -f: the passes sh_treg_combine2 and 3
 * take any operand in memory for the stored inverse of the condition, and combine
 * the branch with it. -fdisable-rtl-* does not know the passes of one machine, so
 * their gates are closed here.
 */
#include <gcc-plugin.h>
#include <tree-pass.h>
#include <string.h>

int plugin_is_GPL_compatible;

static const char passes[] = "sh_treg_combine";

static void close_gate(void *gate, void *)
{
	if (current_pass && !strncmp(current_pass->name, passes, sizeof(passes) - 1))
		*static_cast<bool *>(gate) = false;
}

int plugin_init(plugin_name_args *info, plugin_gcc_version *)
{
	register_callback(info->base_name, PLUGIN_OVERRIDE_GATE, close_gate, nullptr);
	return 0;
}
