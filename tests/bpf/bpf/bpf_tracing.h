/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for libbpf's header: registers of a made-up machine. */
#ifndef STAND_IN_BPF_TRACING_H
#define STAND_IN_BPF_TRACING_H

#define PT_REGS_PARM1(regs) ((regs)->parm[0])
#define PT_REGS_PARM2(regs) ((regs)->parm[1])
#define PT_REGS_PARM3(regs) ((regs)->parm[2])
#define PT_REGS_PARM4(regs) ((regs)->parm[3])
#define PT_REGS_RC(regs)    ((regs)->rc)

#endif
