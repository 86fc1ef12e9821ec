/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_SIM_H_
#define _ICE_MP_SIM_H_

/**
 * @file
 * The bench side of a simulated device: what a test may do to it behind the
 * driver's back. Every call names the device by its vdev name, takes the
 * device's lock and may come from any thread. -ENODEV: no such device.
 * Inspection with a NULL name is about devices already removed, so that what
 * happens on the way out is seen too.
 *
 * The test binary finds these with dlsym(), so that it also starts where the
 * sim is not loaded.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Run a fault command of the core ("help" lists them).
 * @param out  reply or reason, NUL-terminated
 * @return 0, -EINVAL when the core does not understand it, -ENODEV */
int ice_mp_sim_fault(const char *name, const char *cmd, char *out, size_t len);

/** Start a fault script, given as text (ice_core_fault_script()).
 * @param out  the line and the reason of an error, NUL-terminated
 * @return 0, -EINVAL: nothing of it was run, -ENODEV */
int ice_mp_sim_fault_script(const char *name, const char *text, char *out, size_t len);

/** Device state as JSON, see ice_core_query(); NULL: the last one removed, as
 * it was in the end.
 * @return its length as snprintf(), or -ENODEV */
int ice_mp_sim_query(const char *name, char *buf, size_t len);

/** Contract breaches recorded so far; NULL: of all devices removed, summed up.
 * @return -ENODEV (negative) or the count */
int64_t ice_mp_sim_violations(const char *name);

/** A register access from outside the driver. */
int ice_mp_sim_reg_read(const char *name, uint32_t reg, uint32_t *val);
int ice_mp_sim_reg_write(const char *name, uint32_t reg, uint32_t val);

/** EVENT_DOORBELL from outside. @return 0, -ENOSPC: the device's FIFO is full */
int ice_mp_sim_inject_event(const char *name, uint8_t port, uint8_t type, uint16_t data);

/** A frame (no FCS) arrives at a port.
 * @return 0, or -EAGAIN: the device has no Rx buffer, offer it again */
int ice_mp_sim_inject_rx(const char *name, uint8_t lport, const void *frame, size_t len);

/** Keep what an unwired port sends, up to `depth` frames; beyond that the
 * port pushes back. 0: stop keeping, drop what is kept. Ports that keep
 * nothing send into the void. */
int ice_mp_sim_capture(const char *name, uint8_t lport, unsigned int depth);

/** Take the oldest kept frame.
 * @return its length (cut to `len` in buf), -ENOENT when there is none */
int ice_mp_sim_collect_tx(const char *name, uint8_t lport, void *buf, size_t len);

/*
 * VFs (vdev argument vfs=N, 0..256): what a host would do with them. A VF is
 * driven through its BAR0 from the test; its DMA reaches only memory that was
 * granted to it, as behind an IOMMU.
 */

/** Enable VFs 0..nb-1, disable the others (SR-IOV NumVFs).
 * @return 0, -ERANGE: more than vfs= */
int ice_mp_sim_vf_enable(const char *name, uint16_t nb);
/** BAR0 access of a VF that is enabled. @return 0, -ENOENT: it is not */
int ice_mp_sim_vf_reg_read(const char *name, uint16_t vf, uint32_t reg, uint32_t *val);
int ice_mp_sim_vf_reg_write(const char *name, uint16_t vf, uint32_t reg, uint32_t val);
/** Function level reset (VFLR). */
int ice_mp_sim_vf_flr(const char *name, uint16_t vf);
/** Let a VF's DMA reach `len` bytes at `addr` (identity mapped), which must
 * stay until the VF is disabled or revoked. @return 0, -ENOSPC */
int ice_mp_sim_vf_grant(const char *name, uint16_t vf, void *addr, size_t len);
/** Take back everything granted to a VF. */
int ice_mp_sim_vf_revoke(const char *name, uint16_t vf);
/** How often a vector of a VF was raised since the last call (vec < 17). */
int ice_mp_sim_vf_msix(const char *name, uint16_t vf, uint16_t vec, uint64_t *count);

/** Contract breaches of one function (0: the PF, 1 + n: VF n). @return -ENODEV,
 * -ENOENT: no such function, or the count */
int64_t ice_mp_sim_fn_violations(const char *name, uint16_t fn);

/** What a function has, in a number, see ice_core_fn_digest(). */
int ice_mp_sim_fn_digest(const char *name, uint16_t fn, uint64_t *digest);

#endif /* _ICE_MP_SIM_H_ */
