using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>Loops in C#, whose ops tapes record as any others. Of what a step computes, the state and the outputs live on.</summary>
internal static class EagerLoop
{
    /// <summary>Steps while a condition holds.</summary>
    public static Tensor[] While(Func<Tensor[], Tensor> condition, Func<Tensor[], IReadOnlyList<Tensor>> body, IReadOnlyList<Tensor> state,
        long maximum)
    {
        Tensor[] current = Aliases(state);
        try
        {
            for (long step = 0; step < maximum && GoesOn(condition, current); step++)
            {
                using TensorScope scope = new();
                Tensor[] next = Aliases(body(current));
                TensorScope.Register(current);
                current = next;
            }
        }
        catch
        {
            Dispose(current);
            throw;
        }

        TensorScope.Register(current);
        return current;
    }

    /// <summary>One step per element.</summary>
    public static ScanResult Scan(Func<Tensor[], Tensor[], ScanStep> step, IReadOnlyList<Tensor> state, IReadOnlyList<Tensor> elements,
        int steps, bool isReversed)
    {
        Tensor[] current = Aliases(state);
        Tensor[][] outputs = new Tensor[steps][];
        Tensor[] stacked;
        try
        {
            using TensorScope whole = new();
            Tensor[][] rows = [.. elements.Select(tensor => RawOps.Unpack(tensor, steps))];
            for (int i = 0; i < steps; i++)
            {
                int time = isReversed ? steps - 1 - i : i;
                using TensorScope scope = new();
                ScanStep made = step(current, Array.ConvertAll(rows, row => row[time]));
                outputs[time] = Aliases(made.Outputs);
                Tensor[] next = Aliases(made.State);
                TensorScope.Register(current);
                current = next;
            }

            stacked = [.. Enumerable.Range(0, outputs[0].Length)
                .Select(k => RawOps.Pack([.. outputs.Select(output => output[k])]).Alias())];
        }
        catch
        {
            Dispose(current);
            throw;
        }
        finally
        {
            foreach (Tensor[] output in outputs)
                Dispose(output ?? []);
        }

        TensorScope.Register(current);
        TensorScope.Register(stacked);
        return new ScanResult(current, stacked);
    }

    private static bool GoesOn(Func<Tensor[], Tensor> condition, Tensor[] state)
    {
        using TensorScope scope = new();
        return condition(state).ToScalar<bool>();
    }

    private static Tensor[] Aliases(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(tensor => tensor.Alias())];

    private static void Dispose(Tensor[] tensors)
    {
        foreach (Tensor tensor in tensors)
            tensor.Dispose();
    }
}
