using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution.Serving;

/// <summary>
/// A function that sends a number from this process to a worker and back. Each receiver fetches what it is sent: the worker must reach the
/// address of this process, which an op that takes nothing from here does not show.
/// </summary>
internal sealed class RoundTrip
{
    private readonly Function _function;

    /// <summary>Makes the function; it is traced at the first run.</summary>
    /// <param name="host">The device of the worker that runs ops on its files.</param>
    public RoundTrip(string host)
    {
        _function = new Function(number =>
        {
            Tensor there;
            using (Device.Use(host))
                there = number + PlacedFunction.Clock([number]);
            return RawOps.Identity(there);
        });
    }

    /// <summary>Sends a number there and reads what comes back.</summary>
    /// <exception cref="TfStatusException">TensorFlow cannot.</exception>
    public void Run()
    {
        using TensorScope scope = new();
        _function.Call(Tensor.Scalar(1.0))[0].ToDouble();
    }
}
