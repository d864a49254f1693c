using System.Text;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Resuming;

public sealed class StateFileTests : LeakChecked
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tflbfgs-state").FullName;

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(60)]
    public void Load_InTheMiddleOfARun_GoesOnToTheSameBits(int saved)
    {
        LbfgsOptions options = new()
        {
            MemoryLength = 10,
            MaxIterations = 80,
            Validation = new Validation(PairedRosenbrock.Value) { Interval = 3, RestoreBest = false },
            Patience = 40
        };
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective, options);
        using LbfgsResult whole = minimizer.Minimize();
        string file = Path.Combine(_folder, "run.state");
        using Tensor start = Tensor.From(PairedRosenbrock.Start);
        using (LbfgsState state = minimizer.Begin(start))
        {
            while (state.Iterations < saved && minimizer.Step(state))
            {
            }

            state.Save(file);
            // The file is of its own: what happens to the state later does not touch it.
            minimizer.Step(state);
        }

        using LbfgsMinimizer other = new(objective, options);
        using LbfgsState loaded = LbfgsState.Load(file);
        Assert.Equal(Math.Min(saved, whole.Iterations), loaded.Iterations);
        using LbfgsResult rest = other.Minimize(loaded);
        StepTests.AssertSame(whole, rest);
        Assert.Equal(whole.ValidationLoss, rest.ValidationLoss);
    }

    [Fact]
    public void Load_Float32_GoesOnToTheSameBits()
    {
        PairedRosenbrock objective = new(DType.Float32);
        using Tensor start = objective.InitialPosition();
        using LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { MaxIterations = 40 });
        using LbfgsResult whole = minimizer.Minimize(start);
        string file = Path.Combine(_folder, "float32.state");
        using (LbfgsState state = minimizer.Begin(start))
        {
            for (int i = 0; i < 9; i++)
                minimizer.Step(state);
            state.Save(file);
        }

        using LbfgsState loaded = LbfgsState.Load(file);
        using LbfgsResult rest = minimizer.Minimize(loaded);
        Assert.Equal(whole.Position.ToArray<float>(), rest.Position.ToArray<float>());
    }

    [Fact]
    public void Load_OtherThreadCounts_AreRefusedUnlessAccepted()
    {
        string file = Saved();
        // The header is text: another count of the same length keeps all offsets; the checksum is made anew.
        byte[] bytes = File.ReadAllBytes(file);
        string marker = $"\"Processors\": {Environment.ProcessorCount}";
        int at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(marker));
        Assert.True(at > 0);
        bytes[at + marker.Length - 1] ^= 1;
        System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)).CopyTo(bytes.AsSpan(bytes.Length - 32));
        File.WriteAllBytes(file, bytes);
        TfLbfgsException refused = Assert.Throws<TfLbfgsException>(() => LbfgsState.Load(file));
        Assert.Contains("processors", refused.Message, StringComparison.Ordinal);
        using LbfgsState accepted = LbfgsState.Load(file, acceptOtherMachine: true);
        Assert.Equal(5, accepted.Iterations);
    }

    [Fact]
    public void Load_EveryDamage_IsRefused()
    {
        string file = Saved();
        byte[] bytes = File.ReadAllBytes(file);
        Random random = new(7);
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            Refused(damaged);
        }

        foreach (int length in new[] { 0, 7, 16, 40, bytes.Length / 2, bytes.Length - 1 })
            Refused(bytes[..length]);
        Refused([.. bytes, 0]);
        Assert.Contains("cannot be read", Assert.Throws<TfLbfgsException>(() => LbfgsState.Load(Path.Combine(_folder, "none"))).Message,
            StringComparison.Ordinal);

        void Refused(byte[] content)
        {
            File.WriteAllBytes(file, content);
            Assert.Throws<TfLbfgsException>(() => LbfgsState.Load(file));
        }
    }

    [Fact]
    public void Load_WellFormedNonsense_IsRefusedBeforeItIsAllocated()
    {
        string file = Saved();
        byte[] bytes = File.ReadAllBytes(file);
        int length = BitConverter.ToInt32(bytes, 12);
        string header = Encoding.UTF8.GetString(bytes, 16, length);
        foreach ((string from, string to) in new[] { ("\"Count\": 20", "\"Count\": 0"), ("\"Float64\"", "\"Int64\""),
            ("\"gradient\"", "\"gradiend\""), ("100,", "2000000000,"), ("\"direction\"", "\"position\"") })
        {
            byte[] json = Encoding.UTF8.GetBytes(header.Replace(from, to, StringComparison.Ordinal));
            byte[] content = [.. bytes[..12], .. BitConverter.GetBytes(json.Length), .. json, .. bytes[(16 + length)..^32]];
            File.WriteAllBytes(file, [.. content, .. System.Security.Cryptography.SHA256.HashData(content)]);
            Assert.Throws<TfLbfgsException>(() => LbfgsState.Load(file));
        }
    }

    [Fact]
    public void Save_WhereNothingCanBeWritten_LeavesTheFormerFile()
    {
        string file = Saved();
        byte[] before = File.ReadAllBytes(file);
        using LbfgsState state = LbfgsState.Load(file);
        Assert.Throws<TfLbfgsException>(() => state.Save(Path.Combine(file, "inside")));
        state.Save(file);
        using LbfgsState again = LbfgsState.Load(file);
        Assert.Equal(before.Length, new FileInfo(file).Length);
        Assert.Equal([file], Directory.GetFiles(_folder));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Directory.Delete(_folder, recursive: true);
    }

    private string Saved()
    {
        string file = Path.Combine(_folder, "five.state");
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective);
        using LbfgsState state = minimizer.Begin();
        for (int i = 0; i < 5; i++)
            minimizer.Step(state);
        state.Save(file);
        return file;
    }
}
