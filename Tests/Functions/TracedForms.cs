using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using Xunit;

namespace TfLbfgs.Tests.Functions;

/// <summary>Runs one piece of code eagerly, traced and compiled, and compares what comes out.</summary>
internal static class TracedForms
{
    /// <summary>The values of the code itself, and those of its derivatives, agree with the eager ones.</summary>
    public static void Agree(string form, int orders, Func<Tensor, Tensor> f, params double[] at)
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(at);
        Tensor[] expected = Derivatives(f, x, orders);
        Tensor[] actual = Call(form, given => Derivatives(f, given[0], orders), x);
        for (int order = 0; order <= orders; order++)
            Close(expected[order].ToArray<double>(), actual[order]);
    }

    /// <summary>Equal to rounding.</summary>
    public static void Close(double[] expected, Tensor actual, double tolerance = 1e-11)
    {
        double[] values = actual.ToArray<double>();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(values[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i])),
                $"element {i}: expected {expected[i]:R}, received {values[i]:R}");
    }

    /// <summary>The value, the gradient of its sum, the gradient of the sum of that, and so on.</summary>
    public static Tensor[] Derivatives(Func<Tensor, Tensor> f, Tensor x, int orders)
    {
        Stack<GradientTape> tapes = new();
        try
        {
            for (int order = 0; order < orders; order++)
            {
                tapes.Push(new GradientTape());
                tapes.Peek().Watch(x);
            }

            List<Tensor> results = [f(x)];
            while (tapes.TryPop(out GradientTape? tape))
            {
                using (tape)
                    results.Add(tape.Gradient(results[^1], x)!);
            }

            return [.. results];
        }
        finally
        {
            foreach (GradientTape tape in tapes)
                tape.Dispose();
        }
    }

    /// <summary>Runs the code in a form: <c>eager</c>, <c>traced</c> or <c>compiled</c>.</summary>
    public static Tensor[] Call(string form, Func<Tensor[], IReadOnlyList<Tensor>> code, params Tensor[] inputs)
    {
        if (form == "eager")
            return [.. code(inputs)];
        using Function function = new(code, new FunctionOptions { Compile = form == "compiled" });
        return function.Call(inputs);
    }
}
