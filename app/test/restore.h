/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_RESTORE_H_
#define _ICE_MP_RESTORE_H_

/**
 * @file
 * The restore table (test_restore.c), for cases that reset the device in ways
 * of their own. Eight wired ports; 6 and 7 are at rest.
 *
 * Between t_restore_note() and t_restore_check() nobody else may receive; port
 * 2, which waits for an interrupt, must not receive in between at all.
 */

#include "test.h"

/** Configure every row, and start. */
int t_restore_set_up(void);
/** Every row is as configured.
 * @param when  "before" or "after" the reset, for the reason of a failure */
int t_restore_check(const char *when);
/** What counts until here is not the reset's doing; from now on it is "after". */
int t_restore_note(void);
/** Give back what set_up took, and use what rested. */
int t_restore_end(void);

#endif /* _ICE_MP_RESTORE_H_ */
