/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_EXT_H_
#define _ICE_MP_EXT_H_

/**
 * @file
 * The multi-port extension: a register window at the bottom of PF BAR0, where
 * stock E810 drivers never look (the public register map has no PF register
 * below 0x40000). Every number here is ours.
 *
 * The port fields of E810 commands and contexts are three bits wide, hence at
 * most eight ports per PF.
 */

#include "ice_mp_regs.h"

#define ICE_MP_MAX_PORTS		8
/** lport of an event that concerns every port of the PF. */
#define ICE_MP_LPORT_ALL		0xFF

#define MP_WINDOW_SIZE			0x300

#define MP_CAPS				0x000
#define MP_CAPS_MULTI_PORT_M		ICE_MP_BIT(0)
#define MP_CAPS_SRIOV_M			ICE_MP_BIT(1)
#define MP_CAPS_MSIX_M			ICE_MP_BIT(2)
#define MP_CAPS_VERSION_S		8
#define MP_CAPS_VERSION_M		ICE_MP_MASK(8, 8)
#define MP_CAPS_VERSION			1
#define MP_CAPS_MAGIC_S			16
/** "MP": tells an ice_mp device from a stock E810. */
#define MP_CAPS_MAGIC			0x4D50

/** Read-only number of ports, 1..8. */
#define MP_PORT_COUNT			0x004
#define MP_PORT_COUNT_M			ICE_MP_MASK(0, 4)

/**
 * Opt-in (R/W). Without it the function answers as a single-port E810.
 * Written before PFR; survives PFR and CORER, cleared by FLR and GLOBR.
 */
#define MP_ENABLE			0x008
#define MP_ENABLE_M			ICE_MP_BIT(0)

/** Bitmap of ports with a pending doorbell event, write one to clear. */
#define MP_DOORBELL_STAT		0x00C

#define PORT_STATUS(lport)		(0x010 + 4 * (lport))
#define PORT_STATUS_LINK_UP_M		ICE_MP_BIT(0)
#define PORT_STATUS_SPEED_S		1
#define PORT_STATUS_SPEED_M		ICE_MP_MASK(1, 3)
#define PORT_STATUS_SPEED_10G		0
#define PORT_STATUS_SPEED_25G		1
#define PORT_STATUS_SPEED_40G		2
#define PORT_STATUS_SPEED_100G		3
#define PORT_STATUS_SPEED_50G		4
#define PORT_STATUS_FAULT_M		ICE_MP_BIT(4)
#define PORT_STATUS_ADMIN_M		ICE_MP_BIT(8)
#define PORT_STATUS_BACKEND_M		ICE_MP_BIT(9)

/**
 * Reading pops the oldest pending event (0: none). Writing a value of the
 * same form injects that event, from the guest or from a test bench.
 * A pending event raises OICR (PFINT_OICR_SWINT) on the misc vector.
 */
#define EVENT_DOORBELL			0x100
#define EVENT_DOORBELL_PORT_M		ICE_MP_MASK(0, 8)
#define EVENT_DOORBELL_TYPE_S		8
#define EVENT_DOORBELL_TYPE_M		ICE_MP_MASK(8, 8)
#define EVENT_DOORBELL_DATA_S		16
#define EVENT_DOORBELL_DATA_M		ICE_MP_MASK(16, 16)
#define EVENT_DOORBELL_LINK		1
#define EVENT_DOORBELL_RESET		2
/** Event data: the VF id. */
#define EVENT_DOORBELL_VF_MBX		3
/** Events the device holds before it drops and counts further ones. */
#define EVENT_DOORBELL_DEPTH		256

/**
 * lport of each VF, one byte each (bits 2:0), R/W; default VF id mod ports.
 * Accesses of 1, 2 and 4 bytes, little-endian.
 */
#define VF_PORT_MAP			0x200
#define VF_PORT_MAP_M			0x07
#define VF_PORT_MAP_SIZE		ICE_MP_HW_MAX_VFS

/*
 * lport bytes added to commands that have none on the real hardware. They are
 * reserved there and zero from stock drivers, which is port 0.
 */
/** Byte of the 0x0603 (set MAC config) parameters holding the lport. */
#define ICE_MP_AQ_SET_MAC_CFG_LPORT	15
/** Byte of the 0x0620 (set MAC loopback) parameters holding the lport. */
#define ICE_MP_AQ_SET_MAC_LB_LPORT	1

#endif /* _ICE_MP_EXT_H_ */
