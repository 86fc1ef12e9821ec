/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _RTE_PMD_ICE_MP_H_
#define _RTE_PMD_ICE_MP_H_

/**
 * @file
 * What an application can ask of net_ice_mp beside ethdev.
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What becomes of a message of a VF, see rte_pmd_ice_mp_mb_event_param. */
enum rte_pmd_ice_mp_mb_event_rsp {
	RTE_PMD_ICE_MP_MB_EVENT_NOOP_ACK,	/**< not executed, answered with success */
	RTE_PMD_ICE_MP_MB_EVENT_NOOP_NACK,	/**< not executed, answered "not supported" */
	RTE_PMD_ICE_MP_MB_EVENT_PROCEED,	/**< executed (this is set beforehand) */
	RTE_PMD_ICE_MP_MB_EVENT_MAX
};

/**
 * Parameter of RTE_ETH_EVENT_VF_MBOX, which is raised on the ethdev of the VF's
 * port before a message of the VF is executed. The callback runs in the thread
 * that serves the VFs, without any lock of the driver; it may change retval and
 * nothing else.
 */
struct rte_pmd_ice_mp_mb_event_param {
	uint16_t vfid;		/**< VF number */
	uint16_t msg_type;	/**< virtchnl opcode; 0: the device's doorbell, no message */
	uint16_t retval;	/**< enum rte_pmd_ice_mp_mb_event_rsp */
	uint16_t msglen;	/**< bytes */
	const void *msg;	/**< as the VF sent it, unchecked; NULL when msglen is 0 */
};

#ifdef __cplusplus
}
#endif

#endif /* _RTE_PMD_ICE_MP_H_ */
