"""Changes what is not its own: programs, libraries, the worker, settings of the kernel and of its neighbours."""
import glob
import os
import sys
import sysconfig

import numpy as np

FOLDERS = ['/', '/usr', '/usr/lib', '/etc', '/bin', '/worker', '/site', '/dev', '/proc/self', '/sys', '/var', '/home', '/root',
           *{os.path.dirname(os.path.abspath(module.__file__)) for module in (os, np)}, *sys.path,
           sysconfig.get_path('purelib'), os.path.dirname(sys.executable), '../..', os.path.expanduser('~/../..')]
SETTINGS = ['/proc/sys/kernel/core_pattern', '/proc/sys/kernel/hostname', '/proc/sys/vm/overcommit_memory', '/proc/sysrq-trigger',
            '/sys/fs/cgroup/cgroup.procs', '/sys/power/state', '/sys/kernel/uevent_helper', '/dev/mem', '/dev/sda', '/dev/kmsg']
OWN = os.readlink('/proc/self')


def written():
    """Places outside that took a new file, or a change of one that was there."""
    for folder in dict.fromkeys(map(os.path.realpath, FOLDERS)):
        if not folder.startswith('/tmp'):
            try:
                os.close(os.open(os.path.join(folder, 'sitecustomize.py'), os.O_CREAT | os.O_WRONLY))
                yield folder
            except OSError:
                pass
    processes = ['/proc/%s/%s' % (pid, name) for pid in os.listdir('/proc') if pid.isdigit() and pid != OWN
                 for name in ('mem', 'oom_score_adj', 'clear_refs', 'coredump_filter', 'comm')]
    for file in [*SETTINGS, *processes, sys.executable, os.__file__, np.__file__, *glob.glob('/worker/*')]:
        try:
            os.close(os.open(file, os.O_WRONLY))
            yield file
        except OSError:
            pass


def changed():
    """Files outside that changed owner, rights, time or name."""
    for file in (os.__file__, np.__file__, sys.executable, '/worker', '/worker/serve.py', '/usr', '/'):
        for change in (lambda: os.chmod(file, 0o4777), lambda: os.chown(file, os.getuid(), os.getgid()), lambda: os.utime(file, (0, 0)),
                       lambda: os.rename(file, file + '~'), lambda: os.setxattr(file, 'user.correct', b'1'),
                       lambda: os.link(file, '/tmp/linked')):
            try:
                change()
                yield file
            except OSError:
                pass


def sigmoidGradient(z):
    raise PermissionError('changed: %s' % list(changed()))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    raise PermissionError('written: %s' % list(written()))
