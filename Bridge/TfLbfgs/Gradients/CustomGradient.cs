using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Gradients;

/// <summary>
/// Functions that bring their own gradient, in place of the one that follows from their ops: numerically stable ones, straight-through
/// estimators, code that the tape cannot see. They work eagerly and inside traced functions, and nest.
/// A gradient written with tensor operations of the arguments and of what the code computed is differentiated in turn, to any order.
/// Python: <c>tf.custom_gradient</c>.
/// </summary>
public static class CustomGradient
{
    /// <summary>Makes a function of one tensor.</summary>
    /// <param name="body">
    /// From the argument to the value and the gradient function, which takes the gradient with respect to the value and returns that with
    /// respect to the argument. Tensors that the body makes live as long as a
    /// tape may call the gradient function.
    /// </param>
    /// <returns>The function; what it returns is owned by the caller.</returns>
    public static Func<Tensor, Tensor> Create(Func<Tensor, (Tensor Value, Func<Tensor, Tensor> Gradient)> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return argument =>
        {
            ArgumentNullException.ThrowIfNull(argument);
            return Call(
                arguments =>
                {
                    (Tensor value, Func<Tensor, Tensor> gradient) = body(arguments[0]);
                    return ([value], upstream => [gradient(upstream[0])]);
                },
                [argument],
                [])[0];
        };
    }

    /// <summary>Makes a function of several tensors with several results, and of variables.</summary>
    /// <param name="body">
    /// From the arguments to the values and the gradient function, which takes the gradients with respect to the values and returns one for
    /// each argument, then one for each variable; null: none.
    /// </param>
    /// <param name="variables">The trainable variables that the body reads; null: none.</param>
    /// <returns>The function; what it returns is owned by the caller. It throws when the body reads a trainable variable that is not named
    /// here.</returns>
    public static Func<IReadOnlyList<Tensor>, Tensor[]> CreateMany(
        Func<IReadOnlyList<Tensor>, (IReadOnlyList<Tensor> Values, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor?>> Gradient)> body,
            IReadOnlyList<Variable>? variables = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return arguments =>
        {
            ArgumentNullException.ThrowIfNull(arguments);
            return Call(body, [.. arguments], [.. variables ?? []]);
        };
    }

    /// <summary>
    /// Makes a function that keeps none of its intermediate values for the gradient, and computes them once more when a gradient is taken:
    /// less memory for more time. Python: <c>tf.recompute_grad</c>.
    /// </summary>
    /// <param name="function">The function; it reads no trainable variable other than those named, and draws no random numbers.</param>
    /// <param name="variables">The trainable variables that it reads; null: none.</param>
    /// <returns>The function; what it returns is owned by the caller.</returns>
    public static Func<Tensor, Tensor> Recompute(Func<Tensor, Tensor> function, IReadOnlyList<Variable>? variables = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        Func<IReadOnlyList<Tensor>, Tensor[]> many = CreateMany(
            arguments =>
            {
                Tensor value;
                DispatchFrame frame = DispatchFrame.Current;
                AccessedVariables accessed = new();
                // Nothing of this run is recorded; what it makes is freed at once.
                using (frame.Mute())
                using (TensorScope scope = new())
                {
                    frame.Listeners.Add(accessed);
                    value = scope.Keep(function(arguments[0]));
                    frame.Listeners.Remove(accessed);
                }

                RequireNamed(accessed, variables ?? []);
                return ([value], Gradient);

                IReadOnlyList<Tensor?> Gradient(IReadOnlyList<Tensor> upstream)
                {
                    Tensor argument = arguments[0];
                    using GradientTape tape = new();
                    if (argument.DType.IsDifferentiable)
                        tape.Watch(argument);
                    Tensor[] sources = [argument, .. (variables ?? []).Select(variable => variable.Handle)];
                    return tape.GradientOrNull([function(argument)], sources, upstream);
                }
            },
            variables);
        return argument => many([argument])[0];
    }

    private static Tensor[] Call(
        Func<IReadOnlyList<Tensor>, (IReadOnlyList<Tensor> Values, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor?>> Gradient)> body,
            Tensor[] arguments, Variable[] variables)
    {
        DispatchFrame frame = DispatchFrame.Current;
        AccessedVariables accessed = new();
        // The body's ops are recorded too: the gradient function may use what they computed, and an outer tape differentiates that.
        using TensorScope scope = new();
        // The gradient function may use the arguments after the caller disposed them.
        Tensor[] own = Array.ConvertAll(arguments, argument => argument.Alias());
        foreach (Tensor argument in own)
            TensorScope.Register(argument);
        IReadOnlyList<Tensor> values;
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor?>> gradient;
        frame.Listeners.Add(accessed);
        try
        {
            (values, gradient) = body(own);
        }
        finally
        {
            frame.Listeners.Remove(accessed);
        }

        RequireNamed(accessed, variables);
        Tensor[] outputs = new Tensor[values.Count];
        using (frame.Mute())
        {
            // Results of their own, which no other recorded op made.
            for (int i = 0; i < outputs.Length; i++)
                outputs[i] = scope.Keep(RawOps.Identity(values[i]));
        }

        CustomCall call = new(gradient, scope.Detach());
        Operation operation = new("CustomGradient", outputs.Length) { GradientRule = call };
        foreach (Tensor argument in arguments)
            operation.Input(argument);
        foreach (Variable variable in variables)
            operation.Input(variable.Handle);
        frame.Notify(operation, outputs);
        call.Release();
        return outputs;
    }

    private static void RequireNamed(AccessedVariables accessed, IReadOnlyList<Variable> variables)
    {
        if (accessed.Handles.Except(variables.Select(v => v.Handle.Id)).Any())
        {
            throw new TfLbfgsException(
                "CustomGradient: the body reads a trainable variable that was not named, so that its gradient would be lost. Name all of "
                    + "them in 'variables' and return their gradients after those of the arguments.");
        }
    }

    /// <summary>The gradient of one call, with the tensors that its code made.</summary>
    private sealed class CustomCall(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor?>> gradient, Tensor[] held) : CallGradient
    {
        private int _references = 1;

        public override void AddReference() => Interlocked.Increment(ref _references);

        public override void Release()
        {
            if (Interlocked.Decrement(ref _references) != 0)
                return;
            foreach (Tensor tensor in held)
                tensor.Dispose();
        }

        public override Tensor?[] Gradients(RuleContext context)
        {
            Tensor[] upstream = new Tensor[context.Outputs.Count];
            for (int i = 0; i < upstream.Length; i++)
                upstream[i] = context.UpstreamOf(i);
            IReadOnlyList<Tensor?> gradients = gradient(upstream);
            if (gradients.Count != context.Inputs.Count)
                throw new TfLbfgsException($"CustomGradient: expected one gradient for each of {context.Inputs.Count} arguments and "
                    + $"variables, received {gradients.Count}.");
            return [.. gradients];
        }
    }
}
