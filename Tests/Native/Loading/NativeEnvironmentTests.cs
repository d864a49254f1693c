using TfLbfgs.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Native.Loading;

public class NativeEnvironmentTests
{
    [Fact]
    public void Set_Value_IsReadBackNatively()
    {
        const string Name = "TFLBFGS_TEST_SET";
        Assert.Null(NativeEnvironment.Get(Name));

        NativeEnvironment.Set(Name, "Grüße");
        Assert.Equal("Grüße", NativeEnvironment.Get(Name));

        NativeEnvironment.Set(Name, null);
        Assert.Null(NativeEnvironment.Get(Name));
    }

    [Fact]
    public void Set_NameThatIsNone_Throws() => Assert.Throws<TfLbfgsException>(() => NativeEnvironment.Set("A=B", "1"));

    [Fact]
    public void Prepare_NumberOfThreadsThatEndsTheProcess_IsRefused()
    {
        string? before = NativeEnvironment.Get("TF_NUM_INTRAOP_THREADS");
        Assert.Contains(
            "received -1",
            Assert.Throws<TfLbfgsException>(() =>
                NativeEnvironment.Prepare(new Dictionary<string, string?> { ["TF_NUM_INTRAOP_THREADS"] = "-1" })).Message,
            StringComparison.Ordinal);
        Assert.Equal(before, NativeEnvironment.Get("TF_NUM_INTRAOP_THREADS"));
    }

    [Fact]
    public void Prepare_VariableSetFromManagedCode_ReachesNativeCode()
    {
        // Why forwarding is needed: .NET keeps a copy.
        const string Name = "TF_TFLBFGS_TEST_FORWARD";
        Environment.SetEnvironmentVariable(Name, "managed");
        try
        {
            Assert.Null(NativeEnvironment.Get(Name));
            NativeEnvironment.Prepare(new Dictionary<string, string?>());
            Assert.Equal("managed", NativeEnvironment.Get(Name));

            NativeEnvironment.Prepare(new Dictionary<string, string?> { [Name] = "option" });
            Assert.Equal("option", NativeEnvironment.Get(Name));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
            NativeEnvironment.Set(Name, null);
        }
    }

    [Fact]
    public void Prepare_LogLevel_DefaultsToErrorsUnlessSet()
    {
        string? before = NativeEnvironment.Get(NativeEnvironment.LogLevel);
        try
        {
            NativeEnvironment.Set(NativeEnvironment.LogLevel, "0");
            NativeEnvironment.Prepare(new Dictionary<string, string?>());
            string? kept = NativeEnvironment.Get(NativeEnvironment.LogLevel);

            NativeEnvironment.Set(NativeEnvironment.LogLevel, null);
            NativeEnvironment.Prepare(new Dictionary<string, string?>());

            // The runner's own environment may name a level, which is then forwarded.
            string? managed = Environment.GetEnvironmentVariable(NativeEnvironment.LogLevel);
            Assert.Equal(managed ?? "0", kept);
            Assert.Equal(managed ?? "2", NativeEnvironment.Get(NativeEnvironment.LogLevel));
        }
        finally
        {
            NativeEnvironment.Set(NativeEnvironment.LogLevel, before);
        }
    }
}
