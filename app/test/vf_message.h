/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VF_MESSAGE_H_
#define _ICE_MP_VF_MESSAGE_H_

/**
 * @file
 * The right message of each opcode a VF can send: what tests and the fuzzer of
 * the server then make wrong. Knows nothing of DPDK nor of a device.
 */

#include <stdbool.h>

#include "ice_mp_vf_regs.h"
#include "ice_mp_virtchnl.h"

#define VFM_VSI		1	/* vsi_id of every VF, its own view */
#define VFM_MAX_LEN	4096

/** What the VF has to say. */
struct vfm_says {
	uint32_t caps;		/* asked for */
	uint16_t queues;	/* pairs it has rings for */
	uint16_t ring;		/* descriptors of each */
	uint16_t buf;		/* bytes of an Rx buffer */
	uint8_t rxdid;
	bool outer;		/* VLAN offloads are those of the outer tag */
	uint64_t tx[ICE_MP_VF_MAX_QPS], rx[ICE_MP_VF_MAX_QPS];	/* addresses of rings */
};

/** What CONFIG_VSI_QUEUES says of a queue pair. */
void vfm_qpair(const struct vfm_says *s, uint16_t q, struct ice_mp_vc_qpair *qp);
/** Fill in a message; the rest of buf becomes zero.
 * @param n    elements, where it is a list that may have several; of an RSS key or
 *             table the number that it says, 0: the right one
 * @param buf  VFM_MAX_LEN bytes
 * @return its length */
uint16_t vfm_right(const struct vfm_says *s, uint32_t op, uint16_t n, uint8_t *buf);

#endif /* _ICE_MP_VF_MESSAGE_H_ */
