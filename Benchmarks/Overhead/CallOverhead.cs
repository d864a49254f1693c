using System.Globalization;
using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>
/// What one loss-and-gradient call of the recipe's model costs above the same function called natively: same process, executor, loss read
/// and handles freed in both.
/// </summary>
internal static class CallOverhead
{
    private const int BlockCount = 20;
    private const int CallsPerBlock = 1000;

    public static void Run()
    {
        double[,] x = new double[121, 2];
        double[,] y = new double[121, 1];
        for (int i = 0; i < 121; i++)
        {
            x[i, 0] = -1 + 0.2 * (i % 11);
            x[i, 1] = -1 + 0.2 * (i / 11);
            y[i, 0] = x[i, 0] * x[i, 0] + x[i, 1] * x[i, 1];
        }

        using Tensor features = Tensor.From(x);
        using Tensor targets = Tensor.From(y);
        using Sequential model = new(DType.Float64) { new Dense(64, "tanh"), new Dense(64, "tanh"), new Dense(1) };
        using ModelObjective objective = new(model, "mse", features, targets);
        using Function function = new(inputs =>
        {
            (Tensor loss, Tensor gradient) = objective.Evaluate(inputs[0], inputs[1..]);
            return [loss, gradient];
        });
        using Tensor position = objective.InitialPosition();
        Tensor[] arguments = [position, .. objective.Data];
        (string name, IReadOnlyList<Tensor> inputs) = function.NativeCall(arguments);
        using BareCall native = new(name, inputs, 2, read: 0);
        double managed = 0;
        double bare = 0;
        void CallManaged()
        {
            Tensor[] results = function.Call(arguments);
            managed = results[0].ToScalar<double>();
            results[0].Dispose();
            results[1].Dispose();
        }

        void CallNative() => bare = native.Call();
        Blocks.Median(CallManaged, CallNative, 4, CallsPerBlock);
        (double managedTime, double bareTime, double ratio) = Blocks.Median(CallManaged, CallNative, BlockCount, CallsPerBlock);
        if (managed != bare)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"the calls differ: {managed} and {bare}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"loss and gradient, n = {objective.Count}: {managedTime:F1} us a call, bare TFE_Execute {bareTime:F1} us: "
                + $"{100 * (ratio - 1):F1} % above (median of {BlockCount} alternating blocks of {CallsPerBlock} calls)"));
    }
}
