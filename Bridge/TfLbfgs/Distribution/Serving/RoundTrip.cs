using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution.Serving;

/// <summary>
/// A function that sends a number from this process to a worker and back. Each receiver fetches what it is sent: the worker must reach the
/// address of this process, which an op that takes nothing from here does not show.
/// </summary>
internal static class RoundTrip
{
    /// <summary>
    /// Sends a number there and reads what comes back. The function lives as long as the call: after a change of the cluster what
    /// TensorFlow made of it before is gone, and a call that is abandoned keeps its own.
    /// </summary>
    /// <param name="host">The device of the worker that runs ops on its files.</param>
    /// <exception cref="TfStatusException">TensorFlow cannot.</exception>
    public static void Run(string host)
    {
        using TensorScope scope = new();
        using Function function = new(number =>
        {
            Tensor there;
            using (Device.Use(host))
                there = number + PlacedFunction.Clock([number]);
            return RawOps.Identity(there);
        });
        function.Call(Tensor.Scalar(1.0))[0].ToDouble();
    }
}
