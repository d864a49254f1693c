using TfLbfgs.Gradients.Checking;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Gradients;

/// <summary>
/// Compares the gradients of a tape with finite differences: central differences along random directions, with steps that are halved and
/// extrapolated to zero (Richardson, Romberg), so that about twelve digits agree in float64. For your own layers,
/// losses, gradient rules and custom gradients. The code must give the same value each time: no random numbers. Python:
/// <c>tf.test.compute_gradient</c>.
/// </summary>
public static class GradientChecker
{
    /// <summary>Checks the gradients with respect to variables, which hold their values again afterwards.</summary>
    /// <param name="loss">Computes what is differentiated from the variables, a floating-point tensor of any shape: the sum of its elements
    /// is taken.</param>
    /// <param name="variables">The variables, of floating-point dtypes.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>A row for each variable.</returns>
    /// <exception cref="TfLbfgsException">There is no variable, or one is not of a floating-point dtype.</exception>
    public static GradientCheckReport Check(Func<Tensor> loss, IReadOnlyList<Variable> variables, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(variables);
        options ??= new GradientCheckOptions();
        options.Validate();
        using TensorScope scope = new();
        Tensor[] values = [.. variables.Select(variable => variable.Value)];
        Require(values);
        Tensor?[] gradients;
        using (GradientTape tape = new())
        {
            foreach (Variable variable in variables)
                tape.Watch(variable);
            gradients = tape.GradientOrNull(loss(), variables);
        }

        try
        {
            double Evaluate(int i, Tensor at)
            {
                using TensorScope inner = new();
                variables[i].Assign(at);
                return Sum(loss());
            }

            return Report(values, gradients, [.. variables.Select(variable => variable.Name)], Evaluate,
                (i, value) => variables[i].Assign(value), options);
        }
        finally
        {
            for (int i = 0; i < values.Length; i++)
                variables[i].Assign(values[i]);
        }
    }

    /// <summary>Checks the gradients with respect to the arguments of a function.</summary>
    /// <param name="function">From the arguments to a floating-point tensor of any shape: the sum of its elements is taken.</param>
    /// <param name="inputs">The arguments, of floating-point dtypes; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>A row for each argument.</returns>
    /// <exception cref="TfLbfgsException">There is no argument, or one is not of a floating-point dtype.</exception>
    public static GradientCheckReport Check(Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs,
        GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        options ??= new GradientCheckOptions();
        options.Validate();
        Require(inputs);
        using TensorScope scope = new();
        Tensor?[] gradients;
        using (GradientTape tape = new())
        {
            foreach (Tensor input in inputs)
                tape.Watch(input);
            gradients = tape.GradientOrNull(function(inputs), inputs);
        }

        double Evaluate(int i, Tensor at)
        {
            using TensorScope inner = new();
            Tensor[] given = [.. inputs];
            given[i] = at;
            return Sum(function(given));
        }

        return Report(inputs, gradients, [.. inputs.Select((_, i) => $"input {i}")], Evaluate, (_, _) => { }, options);
    }

    private static GradientCheckReport Report(
        IReadOnlyList<Tensor> values, Tensor?[] gradients, string[] names, Func<int, Tensor, double> evaluate, Action<int, Tensor> restore,
            GradientCheckOptions options)
    {
        bool isWide = values.All(value => value.DType == DType.Float64);
        double tolerance = options.Tolerance ?? (isWide ? 1e-6 : 1e-2);
        ParameterCheck.Settings settings = new(options.Step ?? (isWide ? 1e-2 : 1e-1), tolerance, options);
        GradientCheckRow[] rows = new GradientCheckRow[values.Count];
        Random random = new(options.Seed);
        for (int i = 0; i < rows.Length; i++)
        {
            int parameter = i;
            rows[i] = new ParameterCheck(values[i], gradients[i], at => evaluate(parameter, at)).Run(names[i], settings, random);
            restore(i, values[i]);
        }

        return new GradientCheckReport(rows, tolerance);
    }

    private static double Sum(Tensor result) => result.ToDoubles().Sum();

    private static void Require(IReadOnlyList<Tensor> values)
    {
        if (values.Count == 0)
            throw new TfLbfgsException("GradientChecker: expected at least one parameter, received none.");
        foreach (Tensor value in values)
        {
            if (!value.DType.IsDifferentiable || value.DType.IsComplex)
                throw new TfLbfgsException($"GradientChecker: expected parameters of floating-point dtypes, received {value.Describe()}.");
        }
    }
}
