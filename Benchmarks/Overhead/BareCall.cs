using System.Runtime.InteropServices;
using System.Text;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>
/// The floor: one function called by <c>TFE_Execute</c> through raw function pointers, small inputs made anew, one output read and all
/// handles freed, without anything of ours in between.
/// </summary>
internal sealed unsafe class BareCall : IDisposable
{
    private readonly nint _status = BareApi.NewStatus();
    private readonly byte[] _name;
    private readonly Tensor[] _inputs;
    private readonly nint[] _handles;
    private readonly BareUpload?[] _uploads;
    private readonly int _outputCount;
    private readonly int? _read;
    private readonly BareAttribute[] _attributes;

    /// <summary>Prepares calls of a function, or of an op, that the context knows.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="inputs">Its inputs; a reference to each is held.</param>
    /// <param name="outputCount">The number of its outputs.</param>
    /// <param name="read">Which output is read; null: none.</param>
    /// <param name="uploads">Which inputs are made from host memory at each call; null: none.</param>
    /// <param name="attributes">The attributes of an op; null: none.</param>
    public BareCall(
        string function, IReadOnlyList<Tensor> inputs, int outputCount, int? read, IReadOnlyList<int>? uploads = null,
            IReadOnlyList<BareAttribute>? attributes = null)
    {
        Name = function;
        _name = [.. Encoding.UTF8.GetBytes(function), 0];
        _inputs = [.. inputs.Select(input => input.Alias())];
        _handles = [.. _inputs.Select(input => ((EagerTensor)input).Handle.DangerousGetHandle())];
        _uploads = new BareUpload?[_inputs.Length];
        foreach (int index in uploads ?? [])
            _uploads[index] = BareUpload.Of(_inputs[index]);
        _outputCount = outputCount;
        _read = read;
        _attributes = [.. attributes ?? []];
    }

    /// <summary>The function's name.</summary>
    public string Name { get; }

    /// <summary>How many tensors each call makes from host memory.</summary>
    public int Uploads => _uploads.Count(upload => upload is not null);

    /// <summary>Whether each call reads an output.</summary>
    public bool Reads => _read is not null;

    /// <summary>Calls once and returns the first element of the output that is read.</summary>
    public double Call()
    {
        nint* results = stackalloc nint[_outputCount];
        nint* made = stackalloc nint[_handles.Length];
        int count = _outputCount;
        nint op;
        fixed (byte* name = _name)
            op = BareApi.NewOp(BareApi.Context, name, _status);
        foreach (BareAttribute attribute in _attributes)
            attribute.Write(op);
        for (int i = 0; i < _handles.Length; i++)
        {
            made[i] = _uploads[i] is { } upload ? upload.Make(_status) : 0;
            BareApi.AddInput(op, made[i] != 0 ? made[i] : _handles[i], _status);
        }

        BareApi.Execute(op, results, &count, _status);
        if (BareApi.Code(_status) != 0)
            throw new InvalidOperationException($"{Name} called natively: {Marshal.PtrToStringUTF8((nint)BareApi.Message(_status))}");
        BareApi.DeleteOp(op);
        double value = _read is { } index ? FirstElement(results[index]) : 0;
        for (int i = 0; i < count; i++)
            BareApi.DeleteHandle(results[i]);
        for (int i = 0; i < _handles.Length; i++)
        {
            if (made[i] != 0)
                BareApi.DeleteHandle(made[i]);
        }

        return value;
    }

    public void Dispose()
    {
        BareApi.DeleteStatus(_status);
        foreach (Tensor input in _inputs)
            input.Dispose();
    }

    private double FirstElement(nint handle)
    {
        nint host = BareApi.Resolve(handle, _status);
        void* data = BareApi.Data(host);
        double value = BareApi.ByteSize(host) >= sizeof(double) ? *(double*)data : *(float*)data;
        BareApi.DeleteTensor(host);
        return value;
    }
}
