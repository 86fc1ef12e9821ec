/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_LOG_H_
#define _ICE_MP_LOG_H_

/**
 * @file
 * Log lines are full sentences without a newline; each names its device or
 * its ethdev. One dynamic type, "pmd.net.ice_mp".
 */

#include <rte_log.h>

extern int ice_mp_logtype;

#define ICE_MP_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_ ## level, ice_mp_logtype, "ICE_MP: " fmt "\n", ##__VA_ARGS__)

/** About a PF (struct ice_mp_pf *). */
#define PF_LOG(pf, level, fmt, ...) \
	ICE_MP_LOG(level, "%s: " fmt, (pf)->name, ##__VA_ARGS__)

/** About a port (struct ice_mp_port *). */
#define PORT_LOG(port, level, fmt, ...) \
	ICE_MP_LOG(level, "%s lport %u: " fmt, (port)->pf->name, (port)->lport, ##__VA_ARGS__)

#endif /* _ICE_MP_LOG_H_ */
