/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What QMP sees of an ice_mp function
 *
 * Copyright (c) 2026 The ice_mp authors
 *
 *   state        str, ro   JSON from the core: ports, counters, violations
 *   violations   u64, ro   breaches of the driver's contract so far
 *   fault        str, wo   one command of the core's fault grammar
 *   fault-reply  str, ro   what the last command answered
 *   fault-script str, rw   file with a fault script; started when written, or
 *                          with the device
 *   link0..7     bool, rw  carrier of a port; false holds the link down
 */

#include "qemu/osdep.h"
#include "hw/hotplug.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_port.h"
#include "hw/qdev-core.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qobject/qdict.h"
#include "qobject/qjson.h"
#include "qobject/qlist.h"

#include "ice_mp.h"

static bool ice_mp_qom_enter(IceMpState *s, Error **errp)
{
    if (!s->core) {
        error_setg(errp, "the device is not realized");
        return false;
    }
    if (!ice_mp_enter(s)) {
        error_setg(errp, "the device is busy");
        return false;
    }
    return true;
}

static char *ice_mp_query(IceMpState *s, Error **errp)
{
    size_t size = 16 * 1024, need;
    char *buf = NULL;

    if (!ice_mp_qom_enter(s, errp)) {
        return NULL;
    }
    for (;;) {
        buf = g_realloc(buf, size);
        need = ice_core_query(s->core, buf, size);
        if (need < size) {
            break;
        }
        size = need + 1;
    }
    ice_mp_leave(s);
    return buf;
}

static char *ice_mp_get_state(Object *obj, Error **errp)
{
    return ice_mp_query(ICE_MP(obj), errp);
}

static void ice_mp_get_violations(Object *obj, Visitor *v, const char *name,
                                  void *opaque, Error **errp)
{
    IceMpState *s = ICE_MP(obj);
    uint64_t n;

    if (!ice_mp_qom_enter(s, errp)) {
        return;
    }
    n = ice_core_violations(s->core);
    ice_mp_leave(s);
    visit_type_uint64(v, name, &n, errp);
}

static void ice_mp_fault(IceMpState *s, const char *cmd, Error **errp)
{
    const size_t size = 16 * 1024;
    char *reply;
    int ret;

    if (!ice_mp_qom_enter(s, errp)) {
        return;
    }
    reply = g_malloc0(size);
    ret = ice_core_fault(s->core, cmd, reply, size);
    ice_mp_leave(s);

    g_free(s->fault_reply);
    s->fault_reply = reply;
    if (ret) {
        error_setg(errp, "%s", *reply ? reply : "command not understood");
    }
}

static void ice_mp_set_fault(Object *obj, const char *cmd, Error **errp)
{
    ice_mp_fault(ICE_MP(obj), cmd, errp);
}

static char *ice_mp_get_fault_reply(Object *obj, Error **errp)
{
    IceMpState *s = ICE_MP(obj);

    return g_strdup(s->fault_reply ? s->fault_reply : "");
}

static bool ice_mp_script(IceMpState *s, const char *path, Error **errp)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *text = NULL;
    char reason[256];
    gsize len;
    int ret;

    if (!g_file_get_contents(path, &text, &len, &err)) {
        error_setg(errp, "%s", err->message);
        return false;
    }
    if (strlen(text) != len) {
        error_setg(errp, "%s is not a text", path);
        return false;
    }
    if (!ice_mp_qom_enter(s, errp)) {
        return false;
    }
    ret = ice_core_fault_script(s->core, text, reason, sizeof(reason));
    ice_mp_leave(s);
    if (ret) {
        error_setg(errp, "%s: %s", path, reason);
    }
    return !ret;
}

bool ice_mp_qom_start(IceMpState *s, Error **errp)
{
    return !s->fault_script || ice_mp_script(s, s->fault_script, errp);
}

static void ice_mp_set_script(Object *obj, const char *path, Error **errp)
{
    IceMpState *s = ICE_MP(obj);

    /* Without a core yet: ice_mp_qom_start() follows. */
    if (!s->core || ice_mp_script(s, path, errp)) {
        g_free(s->fault_script);
        s->fault_script = g_strdup(path);
    }
}

static char *ice_mp_get_script(Object *obj, Error **errp)
{
    return g_strdup(ICE_MP(obj)->fault_script ?: "");
}

static bool ice_mp_qom_lport(IceMpState *s, void *opaque, Error **errp)
{
    unsigned int lport = (uintptr_t)opaque;

    if (lport >= s->nb_ports) {
        error_setg(errp, "link%u names a port beyond ports=%u", lport,
                   s->nb_ports);
        return false;
    }
    return true;
}

/* The link as the driver sees it, from the core's own report. */
static void ice_mp_get_link(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    IceMpState *s = ICE_MP(obj);
    unsigned int lport = (uintptr_t)opaque;
    g_autofree char *json = NULL;
    QObject *root;
    QDict *dict;
    const QListEntry *entry;
    QList *ports;
    bool up = false, found = false;

    if (!ice_mp_qom_lport(s, opaque, errp)) {
        return;
    }
    json = ice_mp_query(s, errp);
    if (!json) {
        return;
    }
    root = qobject_from_json(json, errp);
    if (!root) {
        return;
    }
    dict = qobject_to(QDict, root);
    ports = dict ? qdict_get_qlist(dict, "ports") : NULL;
    if (ports) {
        QLIST_FOREACH_ENTRY(ports, entry) {
            QDict *port = qobject_to(QDict, qlist_entry_obj(entry));

            if (port && qdict_get_try_int(port, "lport", -1) == lport) {
                const char *link = qdict_get_try_str(port, "link");

                up = link ? !strcmp(link, "up")
                          : qdict_get_try_bool(port, "link", false);
                found = true;
            }
        }
    }
    qobject_unref(root);
    if (!found) {
        error_setg(errp, "the device reports no port %u", lport);
        return;
    }
    visit_type_bool(v, name, &up, errp);
}

static void ice_mp_set_link(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    IceMpState *s = ICE_MP(obj);
    g_autofree char *cmd = NULL;
    bool up;

    if (!visit_type_bool(v, name, &up, errp) ||
        !ice_mp_qom_lport(s, opaque, errp)) {
        return;
    }
    cmd = g_strdup_printf("link %u %s", (unsigned int)(uintptr_t)opaque,
                          up ? "up" : "down");
    ice_mp_fault(s, cmd, errp);
}

void ice_mp_qom_class_init(ObjectClass *klass)
{
    uintptr_t i;

    object_class_property_add_str(klass, "state", ice_mp_get_state, NULL);
    object_class_property_add(klass, "violations", "uint64",
                              ice_mp_get_violations, NULL, NULL, NULL);
    object_class_property_add_str(klass, "fault", NULL, ice_mp_set_fault);
    object_class_property_add_str(klass, "fault-reply",
                                  ice_mp_get_fault_reply, NULL);
    object_class_property_add_str(klass, "fault-script", ice_mp_get_script,
                                  ice_mp_set_script);
    for (i = 0; i < ICE_CORE_MAX_PORTS; i++) {
        g_autofree char *name = g_strdup_printf("link%u", (unsigned int)i);

        object_class_property_add(klass, name, "bool", ice_mp_get_link,
                                  ice_mp_set_link, NULL, (void *)i);
    }
}

void ice_mp_qom_finalize(IceMpState *s)
{
    g_free(s->fault_reply);
    s->fault_reply = NULL;
    g_free(s->fault_script);
    s->fault_script = NULL;
}

/* Tell the slot's guest driver that the card is gone. */
static void ice_mp_slot_emptied(PCIDevice *slot)
{
    uint8_t *cap = slot->config + slot->exp.exp_cap;
    uint16_t ctl = pci_get_word(cap + PCI_EXP_SLTCTL);

    pci_word_test_and_clear_mask(cap + PCI_EXP_SLTSTA, PCI_EXP_SLTSTA_PDS);
    pci_word_test_and_clear_mask(cap + PCI_EXP_LNKSTA, PCI_EXP_LNKSTA_DLLLA);
    pci_word_test_and_set_mask(cap + PCI_EXP_SLTSTA, PCI_EXP_SLTSTA_PDC);

    if (!(ctl & PCI_EXP_SLTCTL_HPIE) || !(ctl & PCI_EXP_SLTCTL_PDCE) ||
        slot->exp.hpev_notified) {
        return;
    }
    slot->exp.hpev_notified = true;
    if (msix_enabled(slot)) {
        msix_notify(slot, pcie_cap_flags_get_vector(slot));
    } else if (msi_enabled(slot)) {
        msi_notify(slot, pcie_cap_flags_get_vector(slot));
    } else if (pci_intx(slot) != -1) {
        pci_irq_assert(slot);
    }
}

static void ice_mp_remove_bh(void *opaque)
{
    DeviceState *dev = opaque;
    HotplugHandler *handler;
    PCIDevice *bridge;
    Error *err = NULL;

    if (!dev->realized) {
        object_unref(OBJECT(dev));      /* somebody else was faster */
        return;
    }
    bridge = pci_bridge_get_device(pci_get_bus(PCI_DEVICE(dev)));
    handler = qdev_get_hotplug_handler(dev);
    if (!handler || !qbus_is_hotpluggable(qdev_get_parent_bus(dev))) {
        warn_report("%s: no hotplug on this bus, the device stays",
                    TYPE_ICE_MP);
        ICE_MP(dev)->removing = false;
        object_unref(OBJECT(dev));
        return;
    }
    hotplug_handler_unplug(handler, dev, &err);
    if (err) {
        error_report_err(err);
        ICE_MP(dev)->removing = false;
    } else {
        object_unparent(OBJECT(dev));
        if (bridge && object_dynamic_cast(OBJECT(bridge), TYPE_PCIE_SLOT)) {
            ice_mp_slot_emptied(bridge);
        }
    }
    object_unref(OBJECT(dev));
}

/* A card pulled without asking; the core is in use, so not right now. */
void ice_mp_surprise_remove(IceMpState *s)
{
    if (!s->removing) {
        s->removing = true;
        object_ref(OBJECT(s));
        aio_bh_schedule_oneshot(qemu_get_aio_context(), ice_mp_remove_bh, s);
    }
}
