using System.Runtime.InteropServices;
using System.Text;
using TfLbfgs.Native.Loading;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>
/// The floor: one function called by <c>TFE_Execute</c> through raw function pointers, its first output read and all handles freed, without anything of ours in between.
/// </summary>
internal sealed unsafe class NativeLoop : IDisposable
{
    private readonly delegate* unmanaged<nint> _newStatus = (delegate* unmanaged<nint>)Symbol("TF_NewStatus");
    private readonly delegate* unmanaged<nint, int> _code = (delegate* unmanaged<nint, int>)Symbol("TF_GetCode");
    private readonly delegate* unmanaged<nint, byte*, nint, nint> _newOp = (delegate* unmanaged<nint, byte*, nint, nint>)Symbol("TFE_NewOp");
    private readonly delegate* unmanaged<nint, nint, nint, void> _addInput = (delegate* unmanaged<nint, nint, nint, void>)Symbol("TFE_OpAddInput");
    private readonly delegate* unmanaged<nint, nint*, int*, nint, void> _execute = (delegate* unmanaged<nint, nint*, int*, nint, void>)Symbol("TFE_Execute");
    private readonly delegate* unmanaged<nint, void> _deleteOp = (delegate* unmanaged<nint, void>)Symbol("TFE_DeleteOp");
    private readonly delegate* unmanaged<nint, nint, nint> _resolve = (delegate* unmanaged<nint, nint, nint>)Symbol("TFE_TensorHandleResolve");
    private readonly delegate* unmanaged<nint, void*> _data = (delegate* unmanaged<nint, void*>)Symbol("TF_TensorData");
    private readonly delegate* unmanaged<nint, void> _deleteTensor = (delegate* unmanaged<nint, void>)Symbol("TF_DeleteTensor");
    private readonly delegate* unmanaged<nint, void> _deleteHandle = (delegate* unmanaged<nint, void>)Symbol("TFE_DeleteTensorHandle");
    private readonly delegate* unmanaged<nint, void> _deleteStatus = (delegate* unmanaged<nint, void>)Symbol("TF_DeleteStatus");
    private readonly nint _context = TfRuntime.Context.DangerousGetHandle();
    private readonly nint _status;
    private readonly byte[] _name;
    private readonly nint[] _inputs;
    private readonly int _outputCount;

    /// <summary>Prepares calls of a function that the context knows.</summary>
    public NativeLoop(string function, IReadOnlyList<Tensor> inputs, int outputCount)
    {
        _status = _newStatus();
        _name = [.. Encoding.UTF8.GetBytes(function), 0];
        _inputs = [.. inputs.Select(input => ((EagerTensor)input).Handle.DangerousGetHandle())];
        _outputCount = outputCount;
    }

    /// <summary>Calls once and returns the float64 scalar that is the first output.</summary>
    public double Call()
    {
        nint* results = stackalloc nint[_outputCount];
        int count = _outputCount;
        nint op;
        fixed (byte* name = _name)
            op = _newOp(_context, name, _status);
        foreach (nint input in _inputs)
            _addInput(op, input, _status);
        _execute(op, results, &count, _status);
        if (_code(_status) != 0)
            throw new InvalidOperationException("TFE_Execute failed");
        _deleteOp(op);
        nint host = _resolve(results[0], _status);
        double value = *(double*)_data(host);
        _deleteTensor(host);
        for (int i = 0; i < count; i++)
            _deleteHandle(results[i]);
        return value;
    }

    public void Dispose() => _deleteStatus(_status);

    private static nint Symbol(string name) => NativeLibrary.GetExport(NativeLoader.Load().Handle, name);
}
