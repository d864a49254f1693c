#!/bin/bash
# Four processes on two hosts. mpirun only starts them: TensorFlow's own runtime moves the data, no MPI library is used.
# mpirun ends all processes when one is lost: start it again, and the run resumes from its checkpoint.
set -euo pipefail

export TFLBFGS_PORT=7001
export TFLBFGS_HOSTS=node1,node2

exec mpirun --host node1:2,node2:2 -np 4 -x TFLBFGS_HOSTS -x TFLBFGS_PORT dotnet Train.dll run.state
