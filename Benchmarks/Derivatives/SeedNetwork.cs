using System.Globalization;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Benchmarks.Derivatives;

/// <summary>The network of the workload <c>seed</c> with a variable for each kernel and bias, as a Python program has them.</summary>
internal sealed class SeedNetwork : IDisposable
{
    private static readonly int[] Widths = [2, 64, 64, 1];

    private readonly Variable[] _variables;
    private readonly Tensor _points = Tensor.From(SeedWorkload.Points());
    private readonly Tensor _heights = Tensor.From(SeedWorkload.Heights());

    /// <summary>Makes the variables.</summary>
    public SeedNetwork()
    {
        double[] start = SeedWorkload.Start();
        List<Variable> variables = [];
        int next = 0;
        for (int layer = 1; layer < Widths.Length; layer++)
        {
            (int inputs, int outputs) = (Widths[layer - 1], Widths[layer]);
            variables.Add(Make($"kernel_{layer}", [inputs, outputs]));
            variables.Add(Make($"bias_{layer}", [outputs]));
        }

        _variables = [.. variables];

        Variable Make(string name, Shape shape)
        {
            int count = (int)shape.ElementCount;
            using Tensor value = Tensor.From<double>(start.AsSpan(next, count), shape);
            next += count;
            return new Variable(value, name);
        }
    }

    /// <summary>Records the loss, op by op, and differentiates it with respect to all variables.</summary>
    /// <returns>The loss; nothing of it is kept.</returns>
    public double LossAndGradients()
    {
        using TensorScope scope = new();
        using GradientTape tape = new();
        Tensor h = _points;
        for (int i = 0; i < _variables.Length; i += 2)
        {
            h = Tf.MatMul(h, _variables[i].Value) + _variables[i + 1].Value;
            if (i < _variables.Length - 2)
                h = Tf.Tanh(h);
        }

        Tensor loss = Tf.ReduceMean(Tf.Square(h - _heights));
        tape.Gradient(loss, _variables);
        return loss.ToDouble();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Variable variable in _variables)
            variable.Dispose();
        _points.Dispose();
        _heights.Dispose();
    }

    /// <summary>The same in Python, timed as here; prints seconds and loss.</summary>
    public static string Python(double seconds) => string.Create(CultureInfo.InvariantCulture, $$"""
        import sys, time
        import numpy as np
        import tensorflow as tf
        sys.path.insert(0, sys.argv[1])
        import workloads
        x, y = (tf.constant(a) for a in workloads.seed_data())
        widths = (2, 64, 64, 1)
        variables = []
        for k in range(3):
            limit = np.sqrt(6.0 / (widths[k] + widths[k + 1]))
            kernel = (2 * workloads.uniform(1000 + 2 * k, widths[k] * widths[k + 1]) - 1) * limit
            variables.append(tf.Variable(kernel.reshape(widths[k], widths[k + 1])))
            variables.append(tf.Variable(np.zeros(widths[k + 1])))
        def step():
            with tf.GradientTape() as tape:
                h = x
                for k in range(3):
                    h = tf.matmul(h, variables[2 * k]) + variables[2 * k + 1]
                    if k < 2:
                        h = tf.tanh(h)
                loss = tf.reduce_mean(tf.square(h - y))
            tape.gradient(loss, variables)
            return float(loss)
        for _ in range(20):
            loss = step()
        best, end = 1e9, time.perf_counter() + {{seconds}}
        while time.perf_counter() < end:
            begin = time.perf_counter()
            step()
            best = min(best, time.perf_counter() - begin)
        print("RESULT", best, loss)
        """);
}
