/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _AQ_PRIV_H_
#define _AQ_PRIV_H_

/**
 * @file
 * The firmware behind the AdminQ: what its command files share.
 */

#include <string.h>

#include "ice_core_priv.h"

/** One command. `buf` holds `len` bytes (0 for a direct command); a handler
 * that returns data leaves it there and may shorten d->datalen. On an error
 * nothing of the device has changed. */
typedef enum ice_mp_aq_err (*icc_aq_fn)(struct ice_core *core, uint16_t fn,
					struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len);

struct icc_aq_cmd {
	uint16_t opcode;
	uint16_t min_len;	/**< bytes the buffer must have; 0: direct */
	icc_aq_fn fn;
};

#define ICC_AQ_FLASH_SIZE	0x40000u
#define ICC_AQ_SR_SIZE		0x10000u
#define ICC_AQ_RES_TYPES	(ICE_MP_AQ_RES_TYPE_M + 1)
#define ICC_AQ_RES_PER_TYPE	1024

struct icc_aq_state {
	uint8_t flash[ICC_AQ_FLASH_SIZE];
	uint64_t res[ICC_AQ_RES_TYPES][ICC_AQ_RES_PER_TYPE / 64];
	bool nvm_locked, change_locked, global_locked;
	uint16_t nvm_pending;	/**< version of the image that waits for EMPR, 0: none */
	bool pkg_done;
	uint16_t fd_guar, fd_shared;	/* flow director filters granted */
	struct ice_mp_aq_pkg_info pkg;
};

/** View a command's parameters as a structure. */
#define ICC_PARAMS(d, type)	((struct type *)(d)->params.raw)

static inline struct icc_aq_state *
icc_aq_st(struct ice_core *core)
{
	return core->aq_state;
}

/** Is lport one the driver may name now? Counted as a breach when not. */
bool icc_aq_lport_ok(struct ice_core *core, uint8_t lport);
/** The VSI a command names (bit 15 ignored), or NULL. */
struct icc_vsi *icc_aq_vsi(struct ice_core *core, uint16_t fn, uint16_t num);

extern const struct icc_aq_cmd icc_aq_generic[], icc_aq_nvm[], icc_aq_vsis[], icc_aq_rules[],
	icc_aq_sched[], icc_aq_link[], icc_aq_queue[], icc_aq_pkg[], icc_aq_rates[],
	icc_aq_module[];

/* aq_nvm.c */
void icc_aq_nvm_init(struct icc_aq_state *st);
/** The firmware starts: with the newer image, if there is one. */
void icc_aq_nvm_boot(struct icc_aq_state *st);
/* aq_pkg.c */
void icc_aq_pkg_init(struct icc_aq_state *st);
/* sched.c */
/** Children of a node; 0x0412 says so of the layers where it matters. */
#define ICC_MAX_SIBLINGS	64
struct icc_sched_node *icc_sched_node(struct ice_core *core, uint32_t teid);
struct icc_sched_node *icc_sched_add(struct ice_core *core, uint16_t fn,
				     struct icc_sched_node *parent,
				     const struct ice_mp_aq_elem_data *data);
void icc_sched_del(struct ice_core *core, struct icc_sched_node *node);

#endif /* _AQ_PRIV_H_ */
