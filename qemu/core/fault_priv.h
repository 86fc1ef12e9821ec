/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_CORE_FAULT_PRIV_H_
#define _ICE_CORE_FAULT_PRIV_H_

/**
 * @file
 * Inside the faults: what is armed, shared by
 *
 *   fault.c         the hooks that apply it
 *   fault_cmd.c     the grammar that arms it
 *   fault_script.c  scripts: commands that wait for their moment
 */

#include "ice_core_priv.h"

#define ICC_MAX_ARMED		16	/* of a family */
#define ICC_AQ_LOG		4096
#define ICC_RESET_US		100000	/* of a device with nothing else said */
#define ICC_FAULT_FOREVER	UINT64_MAX
#define ICC_FAULT_ANY		UINT32_MAX	/* a key that matches all */

enum icc_aq_kind {
	ICC_AQ_SILENT, ICC_AQ_FAIL, ICC_AQ_GARBLE, ICC_AQ_SHORT, ICC_AQ_OVERSIZE, ICC_AQ_LATE,
	ICC_AQ_STRAY, ICC_AQ_UNDONE, ICC_AQ_KINDS,
};
enum icc_intr_kind { ICC_INTR_LOSE, ICC_INTR_DUP, ICC_INTR_LATE, ICC_INTR_KINDS };

/** A fault that waits for what it is to befall. */
struct icc_armed {
	uint64_t count;		/* hits still to come; 0: free slot */
	uint64_t skip;		/* matches to let pass first */
	uint64_t delay_ns;
	uint32_t key;		/* opcode, vector, queue, area; ICC_FAULT_ANY */
	uint16_t arg;		/* completion code, length */
	uint8_t kind;		/* of the family */
};

/** A line of a script that has not run yet. */
struct icc_script_line {
	struct icc_script_line *next;
	uint64_t when;		/* ns, or the count waited for */
	unsigned int number;	/* in its file, from 1 */
	uint8_t trigger;	/* fault_script.c */
	char cmd[];
};

struct icc_fault_state {
	struct icc_armed armed[ICC_FAULT_FAMILIES][ICC_MAX_ARMED];
	uint64_t hits[ICC_FAULT_FAMILIES];
	struct {
		uint64_t toggles;	/* changes still to make; 0: none */
		uint64_t next, interval;
	} flap[ICE_CORE_MAX_PORTS];
	uint64_t reset_in;		/* accesses until the reset, 0: none */
	enum ice_core_reset reset_kind;
	uint8_t made_ports;		/* the device was made with */
	uint8_t next_ports;		/* from the next EMPR on; 0: as now */
	uint16_t next_queues;		/* likewise */
	uint64_t reset_ns;		/* how long CORER, GLOBR and EMPR take */
	uint64_t resets;		/* by command */
	uint64_t nb_logged, log_from;	/* commands executed; first one shown */
	struct {
		uint16_t opcode, rc;
	} log[ICC_AQ_LOG];
	/* what scripts wait for, counted since create */
	uint64_t accesses;
	struct icc_script_line *script;	/* in the order of the file */
	unsigned int script_waiting;
	uint64_t script_run, script_errors;
	char script_error[160];		/* the first */
};

/** Arm a fault. @return false: the family has no slot left */
bool icc_fault_arm(struct ice_core *core, enum icc_fault_family family,
		   const struct icc_armed *what);
/** Free slots of a family. */
unsigned int icc_fault_room(const struct ice_core *core, enum icc_fault_family family);
/** Take back all that is armed. */
void icc_fault_disarm(struct ice_core *core);
/** Change the links that are due. @return next deadline or UINT64_MAX */
uint64_t icc_fault_flap(struct ice_core *core, uint64_t now);

/* fault_cmd.c */
/** Slots that the commands checked so far will take. */
struct icc_fault_check {
	unsigned int armed[ICC_FAULT_FAMILIES];
};
/**
 * Run one command, or only find out whether it could be run.
 * @param inside  it is a line of a script
 * @param check   NULL: run it; else check it, and count what it takes
 * @return 0, or -1 with the reason in out
 */
int icc_fault_command(struct ice_core *core, const char *cmd, bool inside,
		      struct icc_fault_check *check, char *out, size_t outlen);

/* fault_script.c */
/** Run what is due. @return next deadline or UINT64_MAX */
uint64_t icc_script_poll(struct ice_core *core, uint64_t now);
/** Forget the lines that wait. */
void icc_script_stop(struct ice_core *core);

#endif /* _ICE_CORE_FAULT_PRIV_H_ */
