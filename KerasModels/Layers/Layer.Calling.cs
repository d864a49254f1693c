using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

public abstract partial class Layer
{
    /// <summary>
    /// Applies the layer, which is built first where it is not; to a <see cref="KerasTensor"/> as <see cref="Apply(Tensor)"/> does. Python:
    /// <c>layer(input)</c>.
    /// </summary>
    /// <param name="input">The input, of the layer's dtype, the batch first; borrowed.</param>
    /// <param name="training">Whether to behave as in training; null (default): as the call around this one, or not.</param>
    /// <returns>The first output, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The dtype or shape does not fit.</exception>
    public Tensor Call(Tensor input, bool? training = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor[] outputs = Call([input], null, training);
        if (outputs.Length != 1)
            throw new TfLbfgsException($"{this} has {outputs.Length} outputs: give a list of inputs to receive a list.");
        return outputs[0];
    }

    /// <summary>Applies the layer to several inputs. Python: <c>layer(inputs)</c>.</summary>
    /// <param name="inputs">The inputs; borrowed.</param>
    /// <param name="training">Whether to behave as in training; null (default): as the call around this one, or not.</param>
    /// <returns>The outputs, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The number, a dtype or a shape does not fit.</exception>
    public Tensor[] Call(IReadOnlyList<Tensor> inputs, bool? training = null) => Call(inputs, null, training);

    /// <summary>
    /// Applies the layer with further arguments, such as masks and initial states. Python: <c>layer(inputs, mask=...)</c>.
    /// </summary>
    /// <param name="inputs">The inputs; borrowed.</param>
    /// <param name="arguments">The arguments; null: none. <c>mask</c> is that of the first inputs, which layers read by
    /// <see cref="CallContext.MaskOf"/>.</param>
    /// <param name="training">Whether to behave as in training; null (default): as the call around this one, or not.</param>
    /// <returns>The outputs, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The number, a dtype or a shape does not fit.</exception>
    public Tensor[] Call(IReadOnlyList<Tensor> inputs, CallArguments? arguments, bool? training = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        arguments ??= CallArguments.None;
        CheckArguments(arguments);
        if (inputs.Any(input => input is KerasTensor) || arguments.AllTensors.Any(tensor => tensor is KerasTensor))
            return [.. Apply(inputs, arguments, training)];
        if (CallContext.Current is { } outer)
            return [.. new CallContext(outer.Pass, training ?? outer.DeclaredTraining, arguments, this)
                .Run(context => Compute(inputs, context))];
        using CallPass pass = new();
        return RunPass(pass, inputs, arguments, training ?? false, applyUpdates: true);
    }

    /// <summary>Runs a whole pass; the outputs are owned by the caller.</summary>
    internal Tensor[] RunPass(CallPass pass, IReadOnlyList<Tensor> inputs, CallArguments arguments, bool training, bool applyUpdates)
    {
        CheckInputs(inputs);
        pass.AppliesUpdates = applyUpdates;
        using TensorScope scope = new();
        IReadOnlyList<Tensor> outputs = new CallContext(pass, training, arguments, this).Run(context => Compute(inputs, context));
        if (applyUpdates)
            pass.ApplyUpdates();
        return [.. OwnEach(pass, inputs, outputs).Select(scope.Keep)];
    }

    /// <summary>Refuses inputs from outside that the layer cannot take; within a model floating-point dtypes are cast.</summary>
    private protected virtual void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
        foreach (Tensor input in inputs)
        {
            if (input.DType.IsFloating && input.DType != ComputeDType && !DTypePolicy.IsMixed)
                throw WrongDType(input);
        }
    }

    private protected TfLbfgsException WrongDType(Tensor input, DType? expected = null) =>
        new($"{this}: expected an input of {(expected ?? ComputeDType).PythonName}, received {input.DType.PythonName}{input.Shape}. Cast "
            + "it, or make the layer with that dtype.");

    /// <summary>Computes the outputs in a scope of its own, with casts, masks and penalties.</summary>
    private IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        using TensorScope scope = new();
        Tensor[] cast = [.. inputs.Select(input => Cast(input, context.Pass))];
        IReadOnlyList<Tensor?> masks = context.Arguments.Tensors("mask");
        for (int i = 0; i < Math.Min(masks.Count, cast.Length); i++)
        {
            if (masks[i] is { } mask)
                context.Pass.SetMask(cast[i], mask);
        }

        EnsureBuilt([.. cast.Select(input => input.Shape)], Array.ConvertAll(cast, input => input.DType));
        if (!TakesIntegers && cast.FirstOrDefault(input => !input.DType.IsDifferentiable) is { } wrong)
            throw WrongDType(wrong);
        using VariableAutocast? autocast = AutocastScope();
        IReadOnlyList<Tensor> outputs = Call(cast, context)
            ?? throw new TfLbfgsException($"{this}: expected outputs of Call, received null.");
        for (int i = 0; i < outputs.Count; i++)
        {
            if (outputs[i] is null)
                throw new TfLbfgsException($"{this}: expected a tensor as output {i} of Call, received null.");
            AddActivityLoss(outputs[i], context);
            if (SupportsMasking && !context.Pass.HasMaskEntry(outputs[i]) && cast.Length > 0 && context.MaskOf(cast[0]) is { } mask)
                context.SetMask(outputs[i], mask);
        }

        HasRun = true;
        return [.. outputs.Select(scope.Keep)];
    }

    private void CheckArguments(CallArguments arguments)
    {
        if (arguments.Names.FirstOrDefault(name => name != "mask" && !ArgumentNames.Contains(name)) is { } unknown)
            throw new TfLbfgsException(
                $"{this}: expected a call with the arguments {string.Join(", ", [.. ArgumentNames, "mask"])}, received '{unknown}'.");
    }

    // Reads of variables are cast in mixed precision only; within a layer of mixed precision those of another layer are not.
    private VariableAutocast? AutocastScope()
    {
        DType? wanted = DTypePolicy.IsMixed ? DTypePolicy.ComputeDType : null;
        return wanted == VariableAutocast.Current ? null : new VariableAutocast(wanted);
    }

    private Tensor Cast(Tensor input, CallPass pass)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!CastsInputs || !input.DType.IsFloating || input.DType == ComputeDType || !ComputeDType.IsFloating || !HasDType)
            return input;
        Tensor cast = RawOps.Cast(input, ComputeDType);
        if (pass.MaskOf(input) is { } mask)
            pass.SetMask(cast, mask);
        return cast;
    }

    private void AddActivityLoss(Tensor output, CallContext context)
    {
        if (ActivityRegularizer is null)
            return;
        Tensor loss = ActivityRegularizer.Compute(output);
        if (output.Rank == 0)
            context.AddLoss(loss);
        else if (output.Shape[0] >= 0)
            context.AddLoss(loss / output.Shape[0]);
        else
            context.AddLoss(loss / RawOps.Cast(RawOps.Shape(output)[0], loss.DType));
    }

    // An output may be an input, or stand twice: each that is returned has an owner of its own.
    private static Tensor[] OwnEach(CallPass pass, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs)
    {
        HashSet<Tensor> taken = new(inputs, ReferenceEqualityComparer.Instance);
        return [.. outputs.Select(Own)];

        Tensor Own(Tensor output)
        {
            if (taken.Add(output))
                return output;
            Tensor copy = RawOps.Identity(output);
            pass.Alias(output, copy);
            return copy;
        }
    }
}
